;; Adds and removes the same record, as often as there is fuel.
;; expect: record operations, at most 30000
(data (i32.const 1024) "{\"RemoveRecords\":{\"record\":\"TXT\",\"name\":\"good\",\"index\":0}}\00")
(func $attack
  (loop $again
    (call $apply (i32.const 640))
    (call $apply (i32.const 1024))
    (br $again)))
