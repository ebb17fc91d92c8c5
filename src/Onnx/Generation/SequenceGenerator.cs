using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Writes sequences with exported models, with ONNX Runtime only: a decoder and, where there is a source, an encoder. Any models work
/// whose inputs and outputs have these names. Several threads may generate with one generator at the same time.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Name</term><description>What it is</description></listheader>
/// <item><term><c>source</c>, <c>source_lengths</c></term><description>Inputs of the encoder: Int64 [batch, source], padded with
/// anything, and Int64 [batch]; or <c>source</c> alone, padded with <see cref="GenerationInfo.SourcePadding"/>.</description></item>
/// <item><term>any other input of the encoder</term><description>A row a sequence: <see cref="GenerationInput.With"/>. An encoder may have
/// these alone and no source.</description></item>
/// <item><term>any output of the encoder</term><description>Fed to the decoder's input of that name at every step; one called
/// <c>past.X</c> is the first value of the state X.</description></item>
/// <item><term><c>tokens</c></term><description>Input of the decoder: the next tokens, Int64 [batch, steps]; one step, except for
/// prompts.</description></item>
/// <item><term><c>position</c></term><description>Optional input of the decoder: the number of previous tokens, Int64
/// [1].</description></item>
/// <item><term><c>past.X</c>, <c>present.X</c></term><description>Float states in and out, an axis named <c>batch</c> among theirs.
/// One with an axis named <c>cache</c> is a cache whose capacity the generator chooses and raises with the tokens, so that no step
/// reads much that isn't filled: the model writes the new steps into it by ScatterND, in place, since both are bound to one buffer.
/// One with an axis named <c>past</c> starts empty and grows by the steps. Others keep their size.
/// States start as zeros unless the encoder gives them.</description></item>
/// <item><term><c>logits</c></term><description>Output of the decoder: Float [batch, steps, vocabulary].</description></item>
/// <item><term><c>attention</c></term><description>Optional output of the decoder: the attention of each step, Float [batch, steps,
/// source]; without an encoder [batch, steps, cache], for a decoder with a cache of fixed size.</description></item>
/// </list>
/// <para>Start and end tokens and limits are in the decoder's metadata (<see cref="GenerationInfo"/>).</para>
/// </remarks>
public sealed class SequenceGenerator : IDisposable
{
    private readonly DecoderModel _model;

    private SequenceGenerator(DecoderModel model) => _model = model;

    internal DecoderModel Model => _model;

    /// <summary>The decoder's description of generation.</summary>
    public GenerationInfo Info => _model.Info;

    /// <summary>Number of tokens in the vocabulary.</summary>
    public int VocabularySize => _model.Vocabulary;

    /// <summary>Whether it reads sources.</summary>
    public bool ReadsSource => _model.ReadsSource;

    /// <summary>Loads models from files.</summary>
    /// <param name="decoder">The decoder's path.</param>
    /// <param name="encoder">The encoder's path; null for a language model.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="acceptEdited">Whether a file is accepted whose content has another digest than its metadata says.</param>
    /// <exception cref="OnnxFileException">A file is missing or not a model.</exception>
    /// <exception cref="InvalidDataException">
    /// The models don't have the inputs and outputs expected, don't fit together, or were changed since they were written.
    /// </exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static SequenceGenerator Load(string decoder, string? encoder = null, ExecutionTarget? target = null,
        bool acceptEdited = false)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        foreach (var file in (string?[])[encoder, decoder])
            if (file is not null && !acceptEdited && OnnxFile.ReadMetadata(file).ContainsKey(ModelDigest.Key))
                ModelDigest.Check(File.ReadAllBytes(file), $"'{file}'");
        return Of(() => encoder is null ? null : OnnxSession.Load(encoder, target, memoryPattern: false),
            () => OnnxSession.Load(decoder, target, memoryPattern: false));
    }

    /// <inheritdoc cref="Load(string, string?, ExecutionTarget?, bool)" path="/*[not(self::param)]"/>
    /// <param name="decoder">The decoder's bytes.</param>
    /// <param name="encoder">The encoder's bytes; null for a language model.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="acceptEdited">Whether models are accepted whose content has another digest than their metadata says.</param>
    public static SequenceGenerator Load(byte[] decoder, byte[]? encoder = null, ExecutionTarget? target = null, bool acceptEdited = false)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        foreach (var (model, name) in new[] { (encoder, "The encoder"), (decoder, "The decoder") })
            if (model is not null && !acceptEdited)
                ModelDigest.Check(model, name);
        return Of(() => encoder is null ? null : OnnxSession.Load(encoder, target, memoryPattern: false),
            () => OnnxSession.Load(decoder, target, memoryPattern: false));
    }

    private static SequenceGenerator Of(Func<OnnxSession?> loadEncoder, Func<OnnxSession> loadDecoder)
    {
        OnnxSession? encoder = null, decoder = null;
        try
        {
            encoder = loadEncoder();
            decoder = loadDecoder();
            return new(new(encoder, decoder));
        }
        catch
        {
            encoder?.Dispose();
            decoder?.Dispose();
            throw;
        }
    }

    /// <summary>Writes the most likely token at every step.</summary>
    /// <param name="input">Sources or prompts.</param>
    /// <param name="options">When to end; null for the defaults.</param>
    /// <param name="cancellation">Ends it between steps, or within one.</param>
    /// <returns>A sequence for each row.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, a row is empty or too long, or a token is outside the vocabulary.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The generator was disposed of.</exception>
    public GeneratedSequence[] Greedy(GenerationInput input, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        StepwiseSearch.Run(_model, input, options ?? new(), null, cancellation);

    /// <summary>Draws tokens at random. A row's draws depend only on the seed and the row's number.</summary>
    /// <param name="input">Sources or prompts.</param>
    /// <param name="sampling">Temperature and which tokens can be drawn; null for the model's own distribution.</param>
    /// <param name="options">When to end; null for the defaults.</param>
    /// <param name="cancellation">Ends it between steps, or within one.</param>
    /// <inheritdoc cref="Greedy" path="/*[not(self::param)]"/>
    public GeneratedSequence[] Sample(GenerationInput input, SamplingOptions? sampling = null, GenerationOptions? options = null,
        CancellationToken cancellation = default) =>
        StepwiseSearch.Run(_model, input, options ?? new(), sampling ?? new(), cancellation);

    /// <summary>Writes the sequences with the highest scores found by beam search, which keeps the best few at every step.</summary>
    /// <param name="input">Sources or prompts.</param>
    /// <param name="beam">Width, length penalty, how many to return; null for the defaults.</param>
    /// <param name="options">When to end; null for the defaults.</param>
    /// <param name="cancellation">Ends it between steps, or within one.</param>
    /// <returns>For each row its sequences, best first; fewer than asked for where the space is smaller.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, a row is empty or too long, or a token is outside the vocabulary.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The generator was disposed of.</exception>
    public GeneratedSequence[][] BeamSearch(GenerationInput input, BeamOptions? beam = null, GenerationOptions? options = null,
        CancellationToken cancellation = default) =>
        Onnx.BeamSearch.Run(_model, input, beam ?? new(), options ?? new(), cancellation);

    /// <summary>Finds the best of all possible sequences: only for small spaces, for example to test beam search.</summary>
    /// <param name="input">Sources or prompts.</param>
    /// <param name="beam">Length penalty and how many to return; the width doesn't matter.</param>
    /// <param name="options">When to end; null for the defaults.</param>
    /// <param name="cancellation">Ends it between steps, or within one.</param>
    /// <inheritdoc cref="BeamSearch" path="/*[not(self::param)]"/>
    /// <exception cref="ArgumentException">There are more than a million sequences.</exception>
    public GeneratedSequence[][] Exhaustive(GenerationInput input, BeamOptions? beam = null, GenerationOptions? options = null,
        CancellationToken cancellation = default) =>
        ExhaustiveSearch.Run(_model, input, beam ?? new(), options ?? new(), cancellation);

    /// <summary>Writes one sequence and returns it token by token.</summary>
    /// <param name="input">One source or prompt.</param>
    /// <param name="sampling">How tokens are drawn; null for the most likely ones.</param>
    /// <param name="options">When to end; null for the defaults.</param>
    /// <param name="cancellation">Ends it between steps, or within one.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, there are several rows, one is empty or too long, or a token is outside the vocabulary.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The generator was disposed of.</exception>
    public async IAsyncEnumerable<GeneratedToken> StreamAsync(
        GenerationInput input, SamplingOptions? sampling = null, GenerationOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Count != 1)
            throw new ArgumentException($"A stream writes one sequence; got {input.Count} rows.");
        using var search = await Task.Run(() => new StepwiseSearch(_model, input, options ?? new(), sampling, cancellation), cancellation)
            .ConfigureAwait(false);
        while (await Task.Run(() => search.Step(cancellation), cancellation).ConfigureAwait(false))
            yield return search.Last(0);
    }

    /// <summary>
    /// Scores a known sequence with a language model: the natural logarithms of the probability of each token except the first,
    /// given the previous ones.
    /// </summary>
    /// <param name="tokens">The sequence. If it is longer than the model's positions, its pieces are scored separately.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The logarithms, and how many of the tokens were the most likely.</returns>
    /// <exception cref="ArgumentException">A token is outside the vocabulary, or the model reads a source.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The generator was disposed of.</exception>
    public (double[] LogProbabilities, int Hits) Score(long[] tokens, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Score(GenerationInput.FromPrompts([tokens]), cancellation)[0];
    }

    /// <inheritdoc cref="Score(long[], CancellationToken)" path="/*[not(self::param)]"/>
    /// <param name="input">The sequences as prompts, with the model's further inputs where it has such.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ArgumentException">A token is outside the vocabulary, the model reads a source, or an input is missing.</exception>
    public (double[] LogProbabilities, int Hits)[] Score(GenerationInput input, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (ReadsSource)
            throw new ArgumentException("The model reads a source; only a language model can follow a sequence by itself.");
        return TokenLogProbabilities.Follow(_model, input, cancellation);
    }

    /// <summary>Frees the models.</summary>
    public void Dispose() => _model.Dispose();
}
