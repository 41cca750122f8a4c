package storetest

import (
	"context"
	"time"

	"wangge/layers"
)

func watchCases() []Case {
	return []Case{
		{Name: "watch/an edit wakes", body: editWakes},
		{Name: "watch/a foreign write wakes", needs: func(s *Subject) bool { return s.Foreign != nil }, body: foreignWakes},
	}
}

// watched runs act while watching and ends the case unless it woke the watcher within two seconds.
func (p *probe) watched(act func()) {
	ctx, cancel := context.WithCancel(p.ctx)
	woken, ended := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		ended <- p.Store.Watch(ctx, func() {
			select {
			case woken <- struct{}{}:
			default:
			}
		})
	}()
	defer func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			p.fatalf("watch goes on 5 s after its context ended")
		}
	}()
	time.Sleep(300 * time.Millisecond) // until the watcher listens; it may have woken for that
	select {
	case <-woken:
	default:
	}
	act()
	select {
	case <-woken:
	case err := <-ended:
		ended <- err
		p.fatalf("watch ended: %v", err)
	case <-time.After(2 * time.Second):
		p.fatalf("nothing woke the watcher")
	}
}

func editWakes(p *probe) {
	p.sample()
	p.watched(func() { p.apply(create(Fresh(layers.Roads, 9))) })
}

func foreignWakes(p *probe) {
	p.sample()
	p.watched(func() { p.sql(layers.Poles, "UPDATE %s SET name = 'a' WHERE id = 'x_0'") })
}
