;; Refuses with everything that is in its memory.
;; expect: {"UpdateRecord"
(func $attack (call $fail (i32.const 0) (i32.const 262144)))
