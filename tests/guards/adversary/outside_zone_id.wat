;; zone_id to where no memory is: by one octet, and all.
;; cases: 2
;; expect: zone_id: access outside memory
(func $attack
  (if (global.get $case)
    (then (call $zone_id (i32.const 262113))))
  (call $zone_id (i32.const -1)))
