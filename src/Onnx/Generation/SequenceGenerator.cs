using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx.Generation;

/// <summary>
/// Generates token sequences with exported models: a decoder, and where it reads a source an encoder. Any pair of ONNX models will do
/// that follows this naming. Safe for several threads: each generation has states of its own.
/// </summary>
/// <remarks>
/// <para><b>Encoder.</b> Inputs <c>source</c> [batch, source] Int64 and, optionally, <c>source_lengths</c> [batch] Int64. Each output is fed to the
/// decoder's input of the same name at every step, or is a state's first value where it is called <c>past.X</c>.</para>
/// <para><b>Decoder.</b> Input <c>tokens</c> [batch, steps] Int64; optional input <c>position</c> [1] Int64, the number of tokens fed before;
/// output <c>logits</c> [batch, steps, vocabulary] Float; optional output <c>attention</c> [batch, steps, source] Float.
/// It takes several steps at once (prompts) as well as one.</para>
/// <para><b>States.</b> A state comes in as <c>past.X</c> and goes out as <c>present.X</c>. Its batch axis is the dimension named
/// <c>batch</c>; what the encoder doesn't give starts as zeros. One with a dimension named <c>cache</c> is a cache of fixed capacity: the generator chooses
/// the capacity and binds one buffer to both ends, so the model writes new entries at <c>position</c> with a ScatterND that is the only reader of
/// <c>past.X</c>, and nothing is copied. One with a dimension named <c>past</c> grows: it is empty at first and gets longer by the number of steps.
/// Any other keeps its sizes, as [batch, hidden] or [layers, batch, hidden].</para>
/// <para><b>Metadata.</b> The decoder's metadata hold <see cref="GenerationMetadata"/> as JSON under <c>mlseqgraph.generation</c>.</para>
/// </remarks>
public sealed class SequenceGenerator : IDisposable
{
    private readonly GeneratorModel _model;

    private SequenceGenerator(Func<OnnxSession> decoder, Func<OnnxSession>? encoder)
    {
        OnnxSession? decoderSession = null, encoderSession = null;
        try
        {
            decoderSession = decoder();
            encoderSession = encoder?.Invoke();
            _model = new(decoderSession, encoderSession);
        }
        catch
        {
            decoderSession?.Dispose();
            encoderSession?.Dispose();
            throw;
        }
    }

    /// <summary>What the decoder says about its tokens.</summary>
    public GenerationMetadata Metadata => _model.Metadata;

    /// <summary>The number of tokens.</summary>
    public int VocabularySize => _model.Vocabulary;

    /// <summary>Where the models run.</summary>
    public ExecutionTarget Target => _model.Decoder.Target;

    /// <summary>Loads model files.</summary>
    /// <param name="decoder">The decoder's file.</param>
    /// <param name="encoder">The encoder's file; null for a decoder alone.</param>
    /// <param name="target">Where to run; by default the processor.</param>
    /// <param name="log">Gets a line where a model doesn't run wholly as asked.</param>
    /// <exception cref="OnnxFileException">A file is missing or no model ONNX Runtime can run.</exception>
    /// <exception cref="FormatException">The decoder's metadata are missing or can't be read.</exception>
    /// <exception cref="ArgumentException">The models don't follow the naming or don't go together; the message names what was found and expected.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static SequenceGenerator Load(string decoder, string? encoder = null, ExecutionTarget? target = null, Action<string>? log = null) => new(
        () => OnnxSession.Load(decoder, target, log, memoryPattern: false),
        encoder is null ? null : () => OnnxSession.Load(encoder, target, log, memoryPattern: false));

    /// <summary>Loads the bytes of model files.</summary>
    /// <inheritdoc cref="Load(string, string?, ExecutionTarget?, Action{string}?)"/>
    public static SequenceGenerator Load(byte[] decoder, byte[]? encoder = null, ExecutionTarget? target = null, Action<string>? log = null) => new(
        () => OnnxSession.Load(decoder, target, log, memoryPattern: false),
        encoder is null ? null : () => OnnxSession.Load(encoder, target, log, memoryPattern: false));

    /// <summary>Generates one sequence, greedily or by sampling.</summary>
    /// <inheritdoc cref="Generate(IReadOnlyList{GenerationRequest}, GenerationOptions?, CancellationToken)"/>
    public GeneratedSequence Generate(GenerationRequest request, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        Generate([request], options, cancellation)[0];

    /// <summary>Generates a batch of sequences, greedily or by sampling. Prompts and sources may differ in length.</summary>
    /// <returns>A sequence for each request, in order.</returns>
    /// <exception cref="ArgumentException">A request or an option doesn't fit the models; the message names what was found and expected.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(IReadOnlyList<GenerationRequest> requests, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        using var loop = Start(requests, options, cancellation);
        while (!loop.IsDone)
            loop.Step(cancellation);
        return [.. Enumerable.Range(0, requests.Count).Select(loop.Result)];
    }

    /// <summary>Generates one sequence, greedily or by sampling, and hands out each token as soon as it is chosen. The token that ends the sequence isn't handed out.</summary>
    /// <exception cref="ArgumentException">The request or an option doesn't fit the models; the message names what was found and expected.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public async IAsyncEnumerable<GeneratedToken> StreamAsync(GenerationRequest request, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var loop = await Task.Run(() => Start([request], options, cancellation), cancellation).ConfigureAwait(false);
        while (!loop.IsDone)
        {
            await Task.Run(() => loop.Step(cancellation), cancellation).ConfigureAwait(false);
            if (loop.Last(0) is { } token)
                yield return token;
        }
    }

    /// <summary>
    /// Beam search for a batch of sequences. Continuations that end a sequence compete for its results by score, log probability divided by
    /// the length penalty; of the others the most probable <see cref="BeamOptions.Width"/> go on. The search for a sequence ends when none of
    /// them can still do better than its results, or at the largest length, where unfinished hypotheses count as finished.
    /// </summary>
    /// <param name="requests">The sequences to generate; prompts and sources may differ in length.</param>
    /// <param name="beam">How to search.</param>
    /// <param name="options">Lengths and stop tokens; neither sampling nor attention.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>For each request its best sequences, best first; fewer than asked for where there are no more.</returns>
    /// <exception cref="ArgumentException">A request or an option doesn't fit the models; the message names what was found and expected.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<GeneratedSequence>> BeamSearch(
        IReadOnlyList<GenerationRequest> requests, BeamOptions? beam = null, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        beam ??= new();
        if (beam.Width < 1 || beam.Width > VocabularySize)
            throw new ArgumentException($"The beam's width is {beam.Width}; expected at least 1 and at most the vocabulary's {VocabularySize} tokens.");
        return Search(requests, beam, options, false, cancellation);
    }

    /// <summary>Beam search for one sequence.</summary>
    /// <inheritdoc cref="BeamSearch(IReadOnlyList{GenerationRequest}, BeamOptions?, GenerationOptions?, CancellationToken)"/>
    public IReadOnlyList<GeneratedSequence> BeamSearch(GenerationRequest request, BeamOptions? beam = null, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        BeamSearch([request], beam, options, cancellation)[0];

    /// <summary>The best of all sequences there are, for small vocabularies and lengths: every one is scored.</summary>
    /// <param name="request">The sequence to generate.</param>
    /// <param name="results">How many sequences to return.</param>
    /// <param name="lengthPenalty">The length penalty's α, as <see cref="BeamOptions.LengthPenalty"/>.</param>
    /// <param name="options">Lengths and stop tokens; neither sampling nor attention.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The best sequences, best first.</returns>
    /// <exception cref="ArgumentException">There are more than 100,000 sequences of the largest length, or the request or an option doesn't fit the models.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> ExhaustiveSearch(
        GenerationRequest request, int results = 1, double lengthPenalty = 0, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        var scoring = new BeamOptions { Width = int.MaxValue, Results = results, LengthPenalty = lengthPenalty };
        options = CheckSearch([request], scoring, options);
        return Generation.ExhaustiveSearch.Run(_model, request, scoring, options, cancellation);
    }

    /// <summary>Beam search of any width, with a choice of how states are reordered.</summary>
    internal IReadOnlyList<IReadOnlyList<GeneratedSequence>> Search(
        IReadOnlyList<GenerationRequest> requests, BeamOptions beam, GenerationOptions? options, bool alwaysGathers, CancellationToken cancellation)
    {
        options = CheckSearch(requests, beam, options);
        using var search = new Generation.BeamSearch(_model, requests, beam, options, alwaysGathers, cancellation);
        return search.Run(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private GenerationOptions CheckSearch(IReadOnlyList<GenerationRequest> requests, BeamOptions beam, GenerationOptions? options)
    {
        ArgumentNullException.ThrowIfNull(requests);
        options ??= new();
        options.Check(VocabularySize);
        if (options.Sampling is not null || options.WithAttention)
            throw new ArgumentException($"A search was given options with {(options.Sampling is not null ? "Sampling" : "WithAttention")}; it neither draws tokens nor hands out attention.");
        if (beam.Results < 1 || beam.Results > beam.Width)
            throw new ArgumentException($"{beam.Results} results are asked for; expected at least 1 and at most the beam's width, {beam.Width}.");
        if (!double.IsFinite(beam.LengthPenalty))
            throw new ArgumentException($"The length penalty is {beam.LengthPenalty}; expected a finite number.");
        RequestCheck.Sources(requests, _model);
        return options;
    }

    private TokenLoop Start(IReadOnlyList<GenerationRequest> requests, GenerationOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(requests);
        options ??= new();
        options.Check(VocabularySize);
        RequestCheck.Sources(requests, _model);
        if (options.WithAttention && !_model.HasAttention)
            throw new ArgumentException($"Attention is asked for; the decoder has no output '{GeneratorModel.AttentionName}'. Its outputs: {string.Join("; ", _model.Decoder.Outputs)}.");
        return new(_model, requests, options, cancellation);
    }
}
