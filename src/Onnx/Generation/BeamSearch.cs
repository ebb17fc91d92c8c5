namespace MLSeqGraph.Onnx;

/// <summary>
/// Beam search. A hypothesis that ends moves from the beam to the list of finished ones. A row is done when no hypothesis left in the
/// beam can still become one of its best, or at the maximum length, where those in the beam are cut and join the list.
/// </summary>
internal sealed class BeamSearch
{
    private readonly BeamOptions _beam;
    private readonly GenerationOptions _options;
    private readonly IReadOnlyList<long> _ends;
    private readonly TokenChooser _chooser;
    private readonly PriorityQueue<(int Beam, int Token, double Sum), double> _candidates = new();
    private readonly int _maximum;

    private BeamSearch(DecoderModel model, BeamOptions beam, GenerationOptions options, int maximum)
    {
        (_beam, _options, _maximum) = (beam, options, maximum);
        _ends = options.EndTokens ?? model.Info.EndTokens ?? [];
        _chooser = new(model.Vocabulary, model.Info.SuppressedTokens ?? []);
    }

    internal static GeneratedSequence[][] Run(DecoderModel model, GenerationInput input, BeamOptions beam, GenerationOptions options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        beam.Check();
        options.Check();
        var prompts = input.Check(model);
        var longest = prompts.Max(prompt => prompt.Length);
        var search = new BeamSearch(model, beam, options, StepwiseSearch.Limit(model, longest, options));
        var rows = prompts.Select(_ => new Row()).ToArray();
        var (first, sourceTime) = input.Encode(model, beam.Width, cancellation);
        using var run = new DecoderRun(model, first, rows.Length * beam.Width, longest + search._maximum, sourceTime);
        var common = prompts.Min(prompt => prompt.Length);
        run.Step([.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt.Take(common), beam.Width)).SelectMany(tokens => tokens)], common,
            cancellation);
        var next = new long[rows.Length * beam.Width];
        var from = new long[next.Length];
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var row = 0; row < rows.Length; row++)
            {
                var start = row * beam.Width;
                for (var i = 0; i < beam.Width; i++)
                    from[start + i] = start + i;
                if (run.Position < prompts[row].Length)
                    next.AsSpan(start, beam.Width).Fill(prompts[row][run.Position]);
                else if (!rows[row].IsDone)
                    search.Extend(rows[row], run, start, next.AsSpan(start, beam.Width), from.AsSpan(start, beam.Width));
            }
            if (Array.TrueForAll(rows, row => row.IsDone))
                return [.. rows.Select(row => row.Finished.OrderByDescending(sequence => sequence.Score).Take(beam.Best).ToArray())];
            run.Reorder(from);
            run.Step(next, 1, cancellation);
        }
    }

    private void Extend(Row row, DecoderRun run, int start, Span<long> next, Span<long> from)
    {
        var length = row.Length + 1;
        // Enough candidates to fill the beam even if all possible ends are among them.
        var wanted = _beam.Width * (1 + Math.Max(1, _ends.Count));
        for (var b = 0; b < row.Beam.Count; b++)
        {
            var probabilities = _chooser.LogProbabilities(run.Logits(start + b), length <= _options.MinimumLength ? _ends : []);
            for (var token = 0; token < probabilities.Length; token++)
            {
                var sum = row.Beam[b].LogProbability + probabilities[token];
                if (double.IsNegativeInfinity(sum) || (_candidates.Count >= wanted && sum <= _candidates.Peek().Sum))
                    continue;
                _candidates.Enqueue((b, token, sum), sum);
                if (_candidates.Count > wanted)
                    _candidates.Dequeue();
            }
        }
        var candidates = new (int Beam, int Token, double Sum)[_candidates.Count];
        for (var i = candidates.Length - 1; i >= 0; i--)
            candidates[i] = _candidates.Dequeue();
        var beam = new List<Hypothesis>(_beam.Width);
        foreach (var (b, token, sum) in candidates)
        {
            var ends = StepwiseSearch.Contains(_ends, token);
            if (!ends && beam.Count == _beam.Width)
                continue;
            var hypothesis = new Hypothesis(row.Beam[b], token, sum, _options.KeepAttention ? run.Attention(start + b).ToArray() : null);
            if (ends || length == _maximum)
                row.Finish(hypothesis, length, ends, _beam, _options.KeepAttention);
            if (ends)
                continue;
            from[beam.Count] = start + b;
            next[beam.Count] = token;
            beam.Add(hypothesis);
        }
        row.Beam = beam;
        row.Length = length;
        // The best remaining hypothesis can at most keep its log-probability and end where the penalty is smallest.
        row.IsDone = length == _maximum || beam.Count == 0
            || (row.Finished.Count >= _beam.Width && _beam.Score(beam[0].LogProbability, _maximum) <= row.Worst);
    }

    private sealed record Hypothesis(Hypothesis? Before, long Token, double LogProbability, float[]? Attention);

    private sealed class Row
    {
        internal List<Hypothesis> Beam { get; set; } = [new(null, 0, 0, null)];
        internal List<GeneratedSequence> Finished { get; } = [];
        internal int Length { get; set; }
        internal bool IsDone { get; set; }

        /// <summary>The lowest score kept.</summary>
        internal double Worst => Finished.Min(sequence => sequence.Score);

        // Keeps at most the beam's width.
        internal void Finish(Hypothesis last, int length, bool ended, BeamOptions beam, bool attention)
        {
            var score = beam.Score(last.LogProbability, length);
            if (Finished.Count >= beam.Width)
            {
                if (score <= Worst)
                    return;
                Finished.Remove(Finished.MinBy(sequence => sequence.Score)!);
            }
            var tokens = new List<long>();
            var looked = new List<float[]>();
            for (var step = last; step.Before is not null; step = step.Before)
            {
                tokens.Add(step.Token);
                if (step.Attention is { Length: > 0 })
                    looked.Add(step.Attention);
            }
            tokens.Reverse();
            looked.Reverse();
            if (ended)
                tokens.RemoveAt(tokens.Count - 1);
            Finished.Add(new([.. tokens], last.LogProbability, score, ended, attention && looked.Count > 0 ? looked : null));
        }
    }
}
