namespace MLSeqGraph.Onnx.Generation;

/// <summary>
/// Greedy decoding or sampling of a batch, a token a row at a time. The part that all prompts have in length is fed at once;
/// rows with longer prompts are then forced along them while the others generate. Rows that have ended are fed pad tokens.
/// </summary>
internal sealed class TokenLoop : IDisposable
{
    private readonly GeneratorModel _model;
    private readonly GenerationOptions _options;
    private readonly HashSet<long> _ends;
    private readonly EncodedSource _encoded;
    private readonly DecoderRun _run;
    private readonly Row[] _rows;
    private readonly long[] _tokens;
    private readonly int _common;

    internal TokenLoop(GeneratorModel model, IReadOnlyList<GenerationRequest> requests, GenerationOptions options, CancellationToken cancellation)
    {
        (_model, _options) = (model, options);
        _ends = [.. model.Metadata.EndTokens, .. options.StopTokens];
        _rows = [.. requests.Select(request => new Row(request, model, options))];
        _common = _rows.Min(row => row.Prompt.Length);
        _tokens = new long[_rows.Length];
        _encoded = new(model, requests, cancellation);
        try
        {
            _run = new(model, _encoded, _rows.Length, _rows.Max(row => row.Prompt.Length + row.Maximum - 1), options.WithAttention && model.HasAttention);
        }
        catch
        {
            _encoded.Dispose();
            throw;
        }
    }

    internal bool IsDone => Array.TrueForAll(_rows, row => row.IsDone);

    /// <summary>Feeds what is next and chooses a token for each row that generates.</summary>
    internal void Step(CancellationToken cancellation)
    {
        if (_run.Fed == 0)
        {
            var prompts = new long[_rows.Length * _common];
            for (var row = 0; row < _rows.Length; row++)
                _rows[row].Prompt.AsSpan(0, _common).CopyTo(prompts.AsSpan(row * _common));
            _run.Feed(prompts, cancellation);
        }
        else
        {
            for (var row = 0; row < _rows.Length; row++)
                _tokens[row] = _rows[row].IsDone ? _model.Metadata.PadToken ?? 0 : _rows[row].Next(_run.Fed);
            _run.Feed(_tokens, cancellation);
        }
        for (var i = 0; i < _rows.Length; i++)
        {
            var row = _rows[i];
            if (row.IsDone || _run.Fed < row.Prompt.Length)
                continue;
            var logits = _run.Logits(i);
            var token = row.Chooser.Choose(logits, row.Count < _options.MinimumTokens ? _ends : null);
            row.Add(token, logits[token] - TokenChooser.LogSum(logits), _ends.Contains(token), _run.Attention(i));
        }
    }

    /// <summary>What a row's last step gave; null where it was forced, or ended the row.</summary>
    internal GeneratedToken? Last(int row) => _rows[row].Last;

    internal GeneratedSequence Result(int row) => _rows[row].Result();

    public void Dispose()
    {
        _run.Dispose();
        _encoded.Dispose();
    }

    private sealed class Row
    {
        private readonly long[] _tokens;
        private readonly List<float[]>? _attention;
        private double _logProbability;
        private long? _finishedBy;
        private int _kept;

        internal Row(GenerationRequest request, GeneratorModel model, GenerationOptions options)
        {
            Prompt = RequestCheck.Prompt(request, model);
            Maximum = RequestCheck.Maximum(Prompt, model, options);
            Chooser = new(options, model.Vocabulary, request.Seed ?? options.Sampling?.Seed ?? 0);
            _tokens = new long[Maximum];
            _attention = options.WithAttention && model.HasAttention ? [] : null;
        }

        internal long[] Prompt { get; }

        internal int Maximum { get; }

        internal TokenChooser Chooser { get; }

        internal int Count { get; private set; }

        internal bool IsDone => Count == Maximum || _finishedBy is not null;

        internal GeneratedToken? Last { get; private set; }

        internal long Next(int fed) => fed < Prompt.Length ? Prompt[fed] : _tokens[Count - 1];

        internal void Add(long token, double logProbability, bool ends, float[]? attention)
        {
            _tokens[Count++] = token;
            _logProbability += logProbability;
            if (ends)
            {
                (_finishedBy, Last) = (token, null);
                return;
            }
            _attention?.Add(attention!);
            Last = new(token, _kept++, logProbability, attention);
        }

        internal GeneratedSequence Result() => new(_tokens[.._kept], _logProbability, _logProbability, _finishedBy, _attention);
    }
}
