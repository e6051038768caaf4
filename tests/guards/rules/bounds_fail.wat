;; What fail reads lies within memory.
;; expect: fail: access outside memory
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $fail (i32.const 65533) (i32.const 4))))
