;; Refuses without a word.
;; expect: the guard refused without a message
(func $attack (call $fail (i32.const 0) (i32.const 0)))
