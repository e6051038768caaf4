;; Hashes all of its memory for ever; nothing for ever.
;; cases: 2
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (loop $again
    (call $keccak256 (i32.const 1024) (i32.const 0)
      (select (i32.const 0) (i32.const 262144) (global.get $case)))
    (br $again)))
