;; A key that is no point verifies nothing.
;; expect: accepted
(module
  (import "fdns" "p256_verify" (func $p256_verify (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\04")
  (func (export "setup"))
  (func (export "handle_update_request")
    (if (call $p256_verify (i32.const 0) (i32.const 128) (i32.const 256)) (then (unreachable)))))
