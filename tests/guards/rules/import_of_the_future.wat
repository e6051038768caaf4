;; What an older server lacks is refused before anything runs, with its name.
;; expect: the guard cannot be used: it imports fdns.bls_verify, which does not exist
(module
  (import "fdns" "bls_verify" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
