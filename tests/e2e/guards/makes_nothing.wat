;; Accepts, and puts no record into the zone.
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
