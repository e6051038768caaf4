;; Sets the same record for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (loop $again
    (call $apply (i32.const 640))
    (br $again)))
