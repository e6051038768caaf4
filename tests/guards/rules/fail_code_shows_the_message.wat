;; fail_code refuses with its message.
;; expect: no
(module
  (import "fdns" "fail_code" (func $fail_code (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "no")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $fail_code (i32.const 5) (i32.const 0) (i32.const 2))))
