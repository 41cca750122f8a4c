package api

import (
	"fmt"

	"wangge/layers"
)

// scheduleSteps are the steps of a schedule.
func scheduleSteps() []step[*layers.Schedule] {
	p := scheduleProcess
	return []step[*layers.Schedule]{
		{name: "submit", id: "submitSchedule", roles: planners, take: p.submit, rests: true, summary: "A draft is to be reviewed",
			text: "From now on its content is fixed. Conflicts that block are 409 `schedule-conflicts` with `conflicts`."},
		{name: "return", id: "returnSchedule", roles: returners, take: p.giveBack, summary: "A revision goes back to its author",
			text: "`text` says why (422 without). Consents that were given are void."},
		{name: "sign", id: "signSchedule", roles: signerRoles, take: sign, summary: "A body consents",
			text: "The role follows from the kind of the token's unit: `police` and `police_station` consent as police, `department` as road, `town` and `operation_centre` as town. " +
				"Another role is 403. A later consent in the same role takes the place of the earlier."},
		{name: "approve", id: "approveSchedule", roles: readers, take: approve, rests: true, summary: "A reviewer accepts a revision",
			text: "403 `own-draft` for its author, 409 `sign-off-missing` with `missing`, 409 `schedule-conflicts` with `conflicts`. A digest of the content is kept."},
		{name: "publish", id: "publishSchedule", roles: publishers, take: p.publish, rests: true, summary: "An approved revision is put into force from its first day",
			text: "The revision in force until then ends with that day, in the same transaction. 403 `own-draft` for its author, 409 `lead-time` if the first day is too near, `content-changed` if the content is not the one that was approved, " +
				"`schedule-conflicts` if something has changed meanwhile that is in its way."},
		{name: "withdraw", id: "withdrawSchedule", roles: publishers, take: p.withdraw, rests: true, summary: "A published revision is taken back before its first day",
			text: "The revision that it was to end goes on. 409 `lead-time` once it is in force."},
	}
}

// signRoles says in which role a unit of a kind consents.
var signRoles = map[string]string{"police": "police", "police_station": "police", "department": "road", "town": "town", "operation_centre": "town"}

func sign(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	u, ok := layers.Get[*layers.Unit](c.w.Snapshot, layers.Units, c.actor.Unit, c.now())
	if !ok {
		return nil, nil, c.noSigner(unitName(c.actor.Unit) + " consents to nothing")
	}
	role := signRoles[u.Kind]
	z, there := c.w.Set(layers.Zones).Head(s.Zone)
	switch {
	case role == "":
		return nil, nil, c.noSigner(fmt.Sprintf("a unit of the kind %s consents to nothing", u.Kind))
	case b.Role != "" && b.Role != role:
		return nil, nil, c.noSigner(fmt.Sprintf("a unit of the kind %s consents as %s, not as %s", u.Kind, role, b.Role))
	case u.Town != "" && there && c.townOf(z) != u.Town:
		return nil, nil, c.noSigner("the zone lies in another town than the unit's, " + u.Town)
	}
	h := c.hand(b.Text)
	next, err := s.SignOff(h, role, u.ID)
	if err == nil {
		next = next.Remark(h)
	}
	return next, nil, err
}

// noSigner refuses a consent that is not the token's to give.
func (c *call) noSigner(detail string) error {
	p := forbidden(c.op.Roles, detail)
	p.More["scope"] = map[string]any{"unit": c.actor.Unit}
	return p
}

func approve(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	var consents []string
	if z := c.w.Lifetime(s.Zone); z != nil {
		consents = c.w.Consents(z)
	}
	next, err := s.Approve(c.hand(b.Text), c.w.Calendar(), consents, c.w.Findings(s, c.now()))
	return next, nil, err
}
