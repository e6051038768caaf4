;; Never ends.
;; expect: out of fuel
(func $attack (loop $again (br $again)))
