;; What fail_code reads lies within memory.
;; expect: fail_code: access outside memory
(module
  (import "fdns" "fail_code" (func $fail_code (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $fail_code (i32.const 5) (i32.const 65533) (i32.const 4))))
