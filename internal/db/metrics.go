package db

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	units       prometheus.Histogram
	commits     prometheus.Counter
	fsyncs      prometheus.Counter
	statements  prometheus.Counter
	checkpoints prometheus.Counter
	retries     prometheus.Counter
}

func newMetrics(r prometheus.Registerer) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "rampa", Subsystem: "db", Name: name, Help: help})
	}
	m := &metrics{
		units: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "rampa", Subsystem: "db", Name: "commit_units",
			Help: "Units of work in one commit.", Buckets: []float64{1, 2, 4, 8, 16, 32, 64}}),
		commits:     counter("commits_total", "Transactions committed."),
		fsyncs:      counter("fsyncs_total", "Times that the database waited for the disk: one a commit, and on SQLite three a checkpoint."),
		statements:  counter("statements_total", "SQL statements run."),
		checkpoints: counter("checkpoints_total", "WAL checkpoints run by the writer."),
		retries:     counter("retries_total", "Units run again after a serialization failure, a deadlock or a lost batch."),
	}
	if r != nil {
		r.MustRegister(m.units, m.commits, m.fsyncs, m.statements, m.checkpoints, m.retries)
	}
	return m
}
