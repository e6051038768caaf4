;; Keeps one octet more than it may; all that it has.
;; cases: 2
;; expect: the limit is 65536
(func $attack
  (call $state_set (i32.const 0) (select (i32.const 262144) (i32.const 65537) (global.get $case))))
