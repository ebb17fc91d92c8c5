namespace MLSeqGraph.Onnx;

/// <summary>
/// Prefix beam search: prefixes of labels with the probability of their paths that end in a blank, and of those that end in their last
/// label, since only after a blank the same label again is another one.
/// </summary>
internal sealed class CtcBeamSearch
{
    private readonly CtcFrames _frames;
    private readonly CtcBeamOptions _options;
    private readonly ILabelModel? _model;

    internal CtcBeamSearch(CtcFrames frames, CtcBeamOptions options)
    {
        options.Validate();
        (_frames, _options, _model) = (frames, options, options.Model);
        if (_model is not null && _model.Labels != frames.Classes - 1)
            throw new ArgumentException($"The model knows {_model.Labels} labels; expected {frames.Classes - 1}, the classes without the "
                + "blank.", nameof(options));
    }

    internal IReadOnlyList<CtcHypothesis> Run()
    {
        List<Prefix> beam = [new(null, -1, 0) { Blank = 0 }];
        var touched = new List<Prefix>();
        for (var frame = 0; frame < _frames.Count; frame++)
        {
            touched.Clear();
            var logs = _frames.LogProbabilities(frame);
            foreach (var prefix in beam)
                Extend(prefix, logs, touched);
            foreach (var prefix in beam)
                prefix.Blank = prefix.Last = double.NegativeInfinity;
            foreach (var prefix in touched)
                prefix.Advance();
            // Stable, so that ties always go the same way.
            beam = [.. touched.OrderByDescending(prefix => prefix.Total + prefix.Bonus).Take(_options.Width)];
            foreach (var prefix in touched.Except(beam))
                prefix.Blank = prefix.Last = double.NegativeInfinity;
        }
        return [.. beam.Select(prefix => new CtcHypothesis(prefix.Labels, prefix.Total, prefix.Total + prefix.Bonus + End(prefix)))
            .OrderByDescending(found => found.Score)];
    }

    private void Extend(Prefix prefix, ReadOnlySpan<float> logs, List<Prefix> touched)
    {
        Add(prefix, prefix.Total + logs[_frames.Blank], toBlank: true, touched);
        if (prefix.Label >= 0)
            Add(prefix, prefix.Last + logs[prefix.Label], toBlank: false, touched);
        for (var label = 0; label < logs.Length; label++)
        {
            var before = label == prefix.Label ? prefix.Blank : prefix.Total;
            if (label != _frames.Blank && before + logs[label] > double.NegativeInfinity)
                Add(prefix.Child(label, Bonus), before + logs[label], toBlank: false, touched);
        }
    }

    private static void Add(Prefix prefix, double log, bool toBlank, List<Prefix> touched)
    {
        if (double.IsNegativeInfinity(log))
            return;
        if (!prefix.IsTouched)
            touched.Add(prefix);
        prefix.IsTouched = true;
        if (toBlank)
            prefix.NextBlank = LogSum(prefix.NextBlank, log);
        else
            prefix.NextLast = LogSum(prefix.NextLast, log);
    }

    // The model counts labels without the blank.
    private int Number(int label) => label > _frames.Blank ? label - 1 : label;

    private double Bonus(Prefix prefix, int label) =>
        prefix.Bonus + _options.LabelBonus + (_model is null ? 0 : _options.ModelWeight * Next(prefix)[Number(label)]);

    private double End(Prefix prefix) => _model is null ? 0 : _options.ModelWeight * Next(prefix)[_model.Labels];

    private IReadOnlyList<double> Next(Prefix prefix) => prefix.Next ??= _model!.LogProbabilities([.. prefix.Labels.Select(Number)]);

    private static double LogSum(double a, double b)
    {
        var most = Math.Max(a, b);
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(Math.Exp(a - most) + Math.Exp(b - most));
    }

    private sealed class Prefix(Prefix? parent, int label, double bonus)
    {
        private readonly Dictionary<int, Prefix> _children = [];

        internal int Label => label;

        /// <summary>What the model and the labels' number add to the score.</summary>
        internal double Bonus => bonus;

        internal double Blank { get; set; } = double.NegativeInfinity;

        internal double Last { get; set; } = double.NegativeInfinity;

        internal double NextBlank { get; set; } = double.NegativeInfinity;

        internal double NextLast { get; set; } = double.NegativeInfinity;

        internal bool IsTouched { get; set; }

        internal IReadOnlyList<double>? Next { get; set; }

        internal double Total => LogSum(Blank, Last);

        internal int[] Labels
        {
            get
            {
                var labels = new List<int>();
                for (var at = this; at.Label >= 0; at = at.Parent!)
                    labels.Add(at.Label);
                labels.Reverse();
                return [.. labels];
            }
        }

        private Prefix? Parent => parent;

        internal Prefix Child(int next, Func<Prefix, int, double> bonusOf)
        {
            if (!_children.TryGetValue(next, out var child))
                _children[next] = child = new(this, next, bonusOf(this, next));
            return child;
        }

        internal void Advance()
        {
            (Blank, Last) = (NextBlank, NextLast);
            NextBlank = NextLast = double.NegativeInfinity;
            IsTouched = false;
        }
    }
}
