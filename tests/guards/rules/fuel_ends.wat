;; Out of fuel ends the call.
;; expect: out of fuel
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request") (loop $again (br $again))))
