package api

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// problemCode is what is fixed about one kind of problem: its word, which never changes, and its title in both languages.
type problemCode struct {
	Code   string
	Zh, En string
}

// problemCodes is the one table of problems, by code; it is never changed.
var problemCodes = []problemCode{
	{"bad-coordinate", "坐标有误", "The coordinate cannot be read"},
	{"bad-parameter", "参数有误", "A parameter is wrong"},
	{"bad-request", "请求有误", "The request is wrong"},
	{"bad-time", "时间有误", "The time cannot be read"},
	{"batch-too-large", "批量超出上限", "The batch is too large"},
	{"body-too-large", "请求体过大", "The body is too large"},
	{"code-retired", "代码已停用", "The code is retired"},
	{"content-changed", "内容与批准时不一致", "The content is not the one that was approved"},
	{"crs-required", "须指明坐标系", "A coordinate reference system is required"},
	{"exists", "已经存在", "It exists already"},
	{"forbidden", "无此权限", "Not allowed"},
	{"geometry-invalid", "几何图形有误", "The geometry is invalid"},
	{"guard-moved", "图层已被改动", "The layer has changed meanwhile"},
	{"idempotency-key-required", "缺少幂等键", "An Idempotency-Key is required"},
	{"idempotency-key-reused", "幂等键已用于别的内容", "The Idempotency-Key was used for something else"},
	{"illegal-transition", "当前状态不允许此操作", "This state does not lead there"},
	{"internal", "服务内部错误", "Internal error"},
	{"lead-time", "距生效日不足规定时间", "The first day is too near"},
	{"method-not-allowed", "不支持该方法", "The method is not allowed"},
	{"not-acceptable", "无法提供所要的格式", "None of the formats asked for is available"},
	{"not-found", "没有找到", "Not found"},
	{"not-in-edition", "该时点没有此版本", "Not in the edition in force then"},
	{"own-draft", "不得批准或发布自己起草的方案", "A draft is not approved or published by its author"},
	{"precondition-required", "须指明所改的版本", "The version to change must be named"},
	{"rate-limited", "请求过于频繁", "Too many requests"},
	{"referenced", "仍被引用", "It is still referred to"},
	{"revision-gone", "该修订版已不可重现", "That revision can no longer be shown"},
	{"revision-not-reached", "尚未到达该修订版", "That revision is not here yet"},
	{"rule-conflict", "责任规则存在冲突", "The rules have conflicts"},
	{"schedule-conflicts", "时段方案存在冲突", "The schedule has conflicts"},
	{"sign-off-missing", "尚缺会签意见", "A consent is missing"},
	{"snapshot-not-ready", "数据尚未就绪", "The data is not ready yet"},
	{"stale-version", "版本已过期", "The version is stale"},
	{"store-unavailable", "数据库暂不可用", "The store is unavailable"},
	{"timed-out", "处理超时", "The request took too long"},
	{"topology-gap", "区域之间有空隙", "There is a gap between areas"},
	{"topology-overlap", "区域相互重叠", "Areas overlap"},
	{"unauthenticated", "须先登录", "A valid token is required"},
	{"unknown-category", "没有这个类别代码", "No category has that code"},
	{"unsupported-media", "不支持该内容类型", "The media type is not supported"},
	{"uri-too-long", "网址过长", "The address is too long"},
	{"validation-failed", "内容未通过校验", "The content is not valid"},
}

// title returns the title of a problem in the language, which is languageOf's; a code that is not in the table is its own title.
func title(code, lang string) string {
	i, found := slices.BinarySearchFunc(problemCodes, code, func(p problemCode, code string) int { return strings.Compare(p.Code, code) })
	switch {
	case !found:
		return code
	case lang == english:
		return problemCodes[i].En
	}
	return problemCodes[i].Zh
}

// The languages of texts for people.
const (
	chinese = "zh-CN"
	english = "en"
)

// languageOf returns the language that the request prefers: Chinese, unless its Accept-Language prefers English.
func languageOf(r *http.Request) string {
	header := r.Header.Get("Accept-Language")
	if header == "" {
		return chinese
	}
	weights := weightsOf(header)
	// A language that is named beats the wildcard: "en, *;q=0.1".
	of := func(lang string) float64 {
		best := -1.0
		for _, w := range weights {
			if w.name == lang || strings.HasPrefix(w.name, lang+"-") {
				best = max(best, w.q)
			}
		}
		if best < 0 {
			for _, w := range weights {
				if w.name == "*" {
					return w.q
				}
			}
		}
		return max(best, 0)
	}
	if of("en") > of("zh") {
		return english
	}
	return chinese
}

// weight is one element of an Accept header: a name in lower case without its parameters, and how much it is wanted.
type weight struct {
	name string
	q    float64
}

// mostWeights bounds how many elements of an Accept header are read.
const mostWeights = 32

// weightsOf reads Accept, Accept-Language and Accept-Encoding, the most wanted first. A q that cannot be read counts as 1.
func weightsOf(header string) []weight {
	var out []weight
	for part := range strings.SplitSeq(header, ",") {
		if len(out) == mostWeights {
			break
		}
		name, params, _ := strings.Cut(part, ";")
		w := weight{strings.ToLower(strings.TrimSpace(name)), 1}
		if w.name == "" {
			continue
		}
		for p := range strings.SplitSeq(params, ";") {
			if v, ok := strings.CutPrefix(strings.ReplaceAll(p, " ", ""), "q="); ok {
				if q, err := strconv.ParseFloat(v, 64); err == nil && q >= 0 && q <= 1 {
					w.q = q
				}
			}
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b weight) int { return cmp.Compare(b.q, a.q) })
	return out
}
