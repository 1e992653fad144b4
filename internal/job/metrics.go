package job

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics reads the queue's state when it is asked for, at most each few seconds, so that nobody pays while nobody looks.
type metrics struct {
	runner  *Runner
	ended   *prometheus.CounterVec
	oldest  *prometheus.Desc
	count   *prometheus.Desc
	success *prometheus.Desc
	took    *prometheus.Desc
	failed  *prometheus.Desc

	mu    sync.Mutex
	read  time.Time
	cache []prometheus.Metric
}

func newMetrics(r *Runner, to prometheus.Registerer) *metrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("rampa_"+name, help, labels, nil)
	}
	m := &metrics{
		runner: r,
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "rampa", Subsystem: "job", Name: "attempts_total",
			Help: "Attempts at jobs, by how they ended."}, []string{"kind", "outcome"}),
		oldest:  desc("job_oldest_available_seconds", "How long the oldest job that is due has waited.", "kind"),
		count:   desc("job_count", "Jobs by state; completed ones are not counted.", "kind", "state"),
		success: desc("periodic_success_age_seconds", "Time since periodic work last succeeded on this node.", "name"),
		took:    desc("periodic_duration_seconds", "How long the last run of periodic work took.", "name"),
		failed:  desc("periodic_failures_total", "Failed runs of periodic work.", "name"),
	}
	if to != nil {
		to.MustRegister(m, m.ended)
	}
	return m
}

func (m *metrics) worked(kind, outcome string) { m.ended.WithLabelValues(kind, outcome).Inc() }

// Describe implements prometheus.Collector.
func (m *metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.oldest, m.count, m.success, m.took, m.failed} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(ch chan<- prometheus.Metric) {
	for _, p := range m.runner.maintained() {
		p.mu.Lock()
		success, took, runs, failures := p.success, p.took, p.runs, p.failures
		p.mu.Unlock()
		if runs == 0 { // another node's work
			continue
		}
		if !success.IsZero() {
			ch <- prometheus.MustNewConstMetric(m.success, prometheus.GaugeValue, time.Since(success).Seconds(), p.Name)
		}
		ch <- prometheus.MustNewConstMetric(m.took, prometheus.GaugeValue, took.Seconds(), p.Name)
		ch <- prometheus.MustNewConstMetric(m.failed, prometheus.CounterValue, float64(failures), p.Name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.read) > 5*time.Second {
		m.read, m.cache = time.Now(), m.queue()
	}
	for _, metric := range m.cache {
		ch <- metric
	}
}

func (m *metrics) queue() []prometheus.Metric {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	r := m.runner
	rows, err := r.db.Query(ctx, `SELECT kind, CAST(state AS TEXT), COUNT(*), `+r.dialect.micros("MIN(scheduled_at)")+`
		FROM river_job WHERE state IN ('available', 'running', 'retryable', 'scheduled', 'discarded') GROUP BY kind, state`)
	if err != nil {
		r.log.Warn("the job queue could not be measured", "error", err)
		return nil
	}
	defer rows.Close()
	var out []prometheus.Metric
	oldest := make(map[string]float64)
	for _, k := range r.registry.all() {
		oldest[k.name] = 0
	}
	for rows.Next() {
		var kind, state string
		var n, micros int64
		if err := rows.Scan(&kind, &state, &n, &micros); err != nil {
			r.log.Warn("the job queue could not be measured", "error", err)
			return nil
		}
		out = append(out, prometheus.MustNewConstMetric(m.count, prometheus.GaugeValue, float64(n), kind, state))
		if state == "available" {
			oldest[kind] = max(0, r.now().Sub(time.UnixMicro(micros)).Seconds())
		}
	}
	for kind, age := range oldest {
		out = append(out, prometheus.MustNewConstMetric(m.oldest, prometheus.GaugeValue, age, kind))
	}
	return out
}
