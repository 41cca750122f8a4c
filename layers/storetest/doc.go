// Package storetest is the contract that every layers.Store meets: the same cases with the same expected values for each.
//
//	func TestContract(t *testing.T) { storetest.Run(t, harness) }
//
// A store's test gives a Harness that makes new, empty stores, each as a Subject: the store and what can be done to it from
// outside, such as writing past it. What a store cannot do is nil in its Subject and skips the cases that need it, aloud.
//
// A Case can also be checked without a testing.T, which is how a test plants a defect in a store and sees that the suite
// finds it.
package storetest
