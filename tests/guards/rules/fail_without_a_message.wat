;; A refusal without a message says so.
;; expect: the guard refused without a message
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $fail (i32.const 0) (i32.const 0))))
