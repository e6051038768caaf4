;; Bounds are those of the memory as it is now.
;; expect: the environment
(module
  (import "fdns" "env_copy" (func $env_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (memory.grow (i32.const 1)))
    (drop (call $env_copy (i32.const 100000) (i32.const 0) (i32.const 15)))
    (call $fail (i32.const 100000) (i32.const 15))))
