;; Refuses from its start function, with control characters and a line of its own for the log.
;; expect: \x0A2026-11-23T00:00:00Z error: enclave: lost\x1B[2J
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\0a2026-11-23T00:00:00Z error: enclave: lost\1b[2J")
  (start $start)
  (func $start (call $fail (i32.const 0) (i32.const 47)))
  (func (export "setup"))
  (func (export "handle_update_request")))
