;; A copy of nothing writes nothing: from an offset past the end it gives 0.
;; expect: accepted
(module
  (import "fdns" "env_copy" (func $env_copy (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (if (i32.ne (call $env_copy (i32.const 65536) (i32.const 15) (i32.const 99)) (i32.const 0)) (then (unreachable)))))
