;; fail refuses with its message.
;; expect: no
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "no")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $fail (i32.const 0) (i32.const 2))))
