namespace MLSeqGraph.Onnx.Generation;

/// <summary>
/// Beam search for a batch. At each step, of all continuations of a sequence's unfinished hypotheses, those that end compete by
/// score for its list of results, and of the others the most probable go on. Its search ends when no hypothesis can still get into
/// the list, or all are as long as allowed; those are finished without an end token.
/// </summary>
internal sealed class BeamSearch : IDisposable
{
    private readonly GeneratorModel _model;
    private readonly GenerationOptions _options;
    private readonly HashSet<long> _ends;
    private readonly EncodedSource _encoded;
    private readonly DecoderRun _run;
    private readonly Beam[] _beams;

    internal BeamSearch(GeneratorModel model, IReadOnlyList<GenerationRequest> requests, BeamOptions beam, GenerationOptions options, bool alwaysGathers, CancellationToken cancellation)
    {
        (_model, _options) = (model, options);
        _ends = [.. model.Metadata.EndTokens, .. options.StopTokens];
        _beams = [.. requests.Select(request => new Beam(request, model, beam, options))];
        _encoded = new(model, requests, cancellation);
        try
        {
            _run = new(model, _encoded, _beams.Length * beam.Width, _beams.Max(b => b.Prompt.Length + b.Maximum - 1), withAttention: false) { AlwaysGathers = alwaysGathers };
        }
        catch
        {
            _encoded.Dispose();
            throw;
        }
    }

    internal IReadOnlyList<IReadOnlyList<GeneratedSequence>> Run(CancellationToken cancellation)
    {
        FeedCommonPrompt(cancellation);
        List<int> rows = [];
        List<long> tokens = [];
        while (true)
        {
            rows.Clear();
            tokens.Clear();
            foreach (var beam in _beams)
                Advance(beam, rows, tokens);
            if (rows.Count == 0)
                return [.. _beams.Select(beam => beam.Results())];
            _run.Reorder(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows));
            _run.Feed(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens), cancellation);
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        _encoded.Dispose();
    }

    private void FeedCommonPrompt(CancellationToken cancellation)
    {
        var common = _beams.Min(beam => beam.Prompt.Length);
        var prompts = new long[_beams.Length * common];
        for (var i = 0; i < _beams.Length; i++)
            _beams[i].Prompt.AsSpan(0, common).CopyTo(prompts.AsSpan(i * common));
        _run.Feed(prompts, cancellation);
        for (var i = 0; i < _beams.Length; i++)
            _beams[i].Live[0] = _beams[i].Live[0] with { Row = i };
    }

    // Chooses what of a beam goes on, and appends the rows to go on from and the tokens to feed them.
    private void Advance(Beam beam, List<int> rows, List<long> tokens)
    {
        if (_run.Fed < beam.Prompt.Length)
        {
            rows.Add(beam.Live[0].Row);
            tokens.Add(beam.Prompt[_run.Fed]);
            beam.Live[0] = beam.Live[0] with { Row = rows.Count - 1 };
            return;
        }
        if (beam.Live.Count == 0)
            return;
        var length = _run.Fed - beam.Prompt.Length + 1;
        beam.Candidates.Clear();
        for (var i = 0; i < beam.Live.Count; i++)
        {
            var hypothesis = beam.Live[i];
            var logits = _run.Logits(hypothesis.Row);
            var logSum = TokenChooser.LogSum(logits);
            for (var token = 0; token < logits.Length; token++)
            {
                var logProbability = hypothesis.LogProbability + logits[token] - logSum;
                if (double.IsNegativeInfinity(logProbability))
                    continue;
                if (!_ends.Contains(token))
                    beam.Offer(i, token, logProbability);
                else if (length > _options.MinimumTokens)
                    beam.Finish(hypothesis.Tokens, token, logProbability, length);
            }
        }
        beam.GoOn(length, rows, tokens);
    }

    /// <summary>The tokens of a hypothesis, last first.</summary>
    private sealed record Chain(Chain? Before, long Token);

    private readonly record struct Hypothesis(Chain? Tokens, double LogProbability, int Row);

    /// <summary>One sequence's search.</summary>
    private sealed class Beam(GenerationRequest request, GeneratorModel model, BeamOptions beam, GenerationOptions options)
    {
        private readonly List<(Chain? Tokens, int Length, double LogProbability, double Score, long? FinishedBy)> _finished = [];
        private readonly List<Hypothesis> _next = [];

        internal long[] Prompt { get; } = RequestCheck.Prompt(request, model);

        internal int Maximum => RequestCheck.Maximum(Prompt, model, options);

        internal List<Hypothesis> Live { get; } = [default];

        /// <summary>The most probable continuations, best first; of equal ones the first comes first.</summary>
        internal List<(int From, long Token, double LogProbability)> Candidates { get; } = [];

        internal void Offer(int from, long token, double logProbability)
        {
            if (Candidates.Count == beam.Width && logProbability <= Candidates[^1].LogProbability)
                return;
            var (low, high) = (0, Candidates.Count);
            while (low < high)
                if (Candidates[(low + high) / 2].LogProbability >= logProbability)
                    low = (low + high) / 2 + 1;
                else
                    high = (low + high) / 2;
            if (Candidates.Count == beam.Width)
                Candidates.RemoveAt(Candidates.Count - 1);
            Candidates.Insert(low, (from, token, logProbability));
        }

        internal void Finish(Chain? tokens, long? by, double logProbability, int length)
        {
            var score = beam.Score(logProbability, length);
            var at = _finished.FindIndex(other => other.Score < score);
            if (at < 0 && _finished.Count == beam.Results)
                return;
            _finished.Insert(at < 0 ? _finished.Count : at, (tokens, length - (by is null ? 0 : 1), logProbability, score, by));
            if (_finished.Count > beam.Results)
                _finished.RemoveAt(beam.Results);
        }

        internal void GoOn(int length, List<int> rows, List<long> tokens)
        {
            _next.Clear();
            foreach (var (from, token, logProbability) in Candidates)
            {
                var chain = new Chain(Live[from].Tokens, token);
                if (length == Maximum)
                    Finish(chain, null, logProbability, length);
                else if (_finished.Count < beam.Results || beam.Bound(logProbability, length, Maximum) > _finished[^1].Score)
                {
                    rows.Add(Live[from].Row);
                    tokens.Add(token);
                    _next.Add(new(chain, logProbability, rows.Count - 1));
                }
            }
            Live.Clear();
            Live.AddRange(_next);
        }

        internal IReadOnlyList<GeneratedSequence> Results() => [.. _finished.Select(found =>
        {
            var tokens = new long[found.Length];
            var chain = found.Tokens;
            for (var i = tokens.Length - 1; i >= 0; i--, chain = chain!.Before)
                tokens[i] = chain!.Token;
            return new GeneratedSequence(tokens, found.LogProbability, found.Score, found.FinishedBy);
        })];
    }
}
