;; Keys of small order verify nothing.
;; expect: accepted
(module
  (import "fdns" "ed25519_verify" (func $ed25519_verify (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (if (call $ed25519_verify (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) (then (unreachable)))))
