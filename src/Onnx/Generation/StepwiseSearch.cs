namespace MLSeqGraph.Onnx;

/// <summary>Writes one sequence per row, one token per step: the most likely, or a drawn one.</summary>
internal sealed class StepwiseSearch : IDisposable
{
    private readonly GenerationOptions _options;
    private readonly SamplingOptions? _sampling;
    private readonly IReadOnlyList<long> _ends;
    private readonly long[][] _prompts;
    private readonly int _maximum;
    private readonly DecoderRun _run;
    private readonly TokenChooser _chooser;
    private readonly Row[] _rows;
    private readonly long[] _next;

    internal StepwiseSearch(DecoderModel model, GenerationInput input, GenerationOptions options, SamplingOptions? sampling,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        options.Check();
        sampling?.Check();
        _prompts = input.Check(model);
        (_options, _sampling) = (options, sampling);
        _ends = options.EndTokens ?? model.Info.EndTokens ?? [];
        _chooser = new(model.Vocabulary, model.Info.SuppressedTokens ?? []);
        var longest = _prompts.Max(prompt => prompt.Length);
        _maximum = Limit(model, longest, options);
        _rows = [.. _prompts.Select((_, row) => new Row(SplitMix64.Of(sampling?.Seed ?? 0, row)))];
        _next = new long[_rows.Length];
        var (first, sourceTime) = input.Encode(model, 1, cancellation);
        _run = new(model, first, _rows.Length, longest + _maximum, sourceTime);
        var common = _prompts.Min(prompt => prompt.Length);
        _run.Step([.. _prompts.SelectMany(prompt => prompt.Take(common))], common, cancellation);
    }

    /// <summary>How many tokens can follow a prompt.</summary>
    internal static int Limit(DecoderModel model, int prompt, GenerationOptions options) =>
        model.Info.MaximumPositions is { } positions ? Math.Min(options.MaximumLength, positions - prompt + 1) : options.MaximumLength;

    internal static GeneratedSequence[] Run(DecoderModel model, GenerationInput input, GenerationOptions options, SamplingOptions? sampling,
        CancellationToken cancellation)
    {
        using var search = new StepwiseSearch(model, input, options, sampling, cancellation);
        while (search.Step(cancellation))
        {
        }
        return [.. search._rows.Select(row => new GeneratedSequence(
            [.. row.Ended ? row.Tokens.SkipLast(1) : row.Tokens], row.LogProbability, row.LogProbability, row.Ended, options.KeepAttention
                && row.Attention.Count > 0 ? row.Attention : null))];
    }

    /// <summary>The token that the last step wrote in a row.</summary>
    internal GeneratedToken Last(int row) => _rows[row].Last;

    /// <summary>Writes a token in every row that has not ended.</summary>
    /// <returns>Whether any was written.</returns>
    internal bool Step(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var wrote = false;
        while (!wrote)
        {
            if (Array.TrueForAll(_rows, row => row.IsDone(_maximum)))
                return false;
            // The remaining tokens of a longer prompt come before the tokens that the row writes.
            for (var row = 0; row < _rows.Length; row++)
                _next[row] = _run.Position < _prompts[row].Length ? _prompts[row][_run.Position] : Write(row, ref wrote);
            if (Array.TrueForAll(_rows, row => row.IsDone(_maximum)))
                return wrote;
            _run.Step(_next, 1, cancellation);
        }
        return true;
    }

    public void Dispose() => _run.Dispose();

    private long Write(int index, ref bool wrote)
    {
        var row = _rows[index];
        if (row.IsDone(_maximum))
            return row.Last.Token; // fed and ignored
        var probabilities = _chooser.LogProbabilities(_run.Logits(index), row.Tokens.Count < _options.MinimumLength ? _ends : []);
        var token = _sampling is null ? TokenChooser.Greedy(probabilities) : _chooser.Sample(probabilities, _sampling, row.Draw());
        row.Ended = Contains(_ends, token);
        row.LogProbability += probabilities[token];
        row.Tokens.Add(token);
        row.Last = new(token, probabilities[token], row.Ended);
        if (_options.KeepAttention && _run.Attention(index) is { Length: > 0 } attention)
            row.Attention.Add(attention.ToArray());
        wrote = true;
        return token;
    }

    internal static bool Contains(IReadOnlyList<long> tokens, long token)
    {
        for (var i = 0; i < tokens.Count; i++)
            if (tokens[i] == token)
                return true;
        return false;
    }

    private sealed class Row(SplitMix64 random)
    {
        private SplitMix64 _random = random;

        internal List<long> Tokens { get; } = [];
        internal List<float[]> Attention { get; } = [];
        internal GeneratedToken Last { get; set; }
        internal double LogProbability { get; set; }
        internal bool Ended { get; set; }

        internal bool IsDone(int maximum) => Ended || Tokens.Count >= maximum;

        internal double Draw() => _random.NextDouble();
    }
}
