;; Makes a thousand names, and then clears and begins again for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(data (i32.const 1024) "\"Clear\"\00")
(func $attack
  (loop $again
    (call $apply (i32.const 1024))
    (call $begin)
    (br $again)))
