;; Wants an import whose name is a line for the log.
;; expect: \x0A2026-11-23T00:00:00Z error: enclave: lost
(module
  (import "fdns" "\0a2026-11-23T00:00:00Z error: enclave: lost" (func))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
