;; A copy gives min(size, length - offset): only that has to fit.
;; expect: accepted
(module
  (import "fdns" "env_copy" (func $env_copy (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (if (i32.ne (call $env_copy (i32.const 65534) (i32.const 13) (i32.const 99)) (i32.const 2)) (then (unreachable)))))
