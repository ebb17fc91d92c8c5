using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace Server;

/// <summary>A model as it is served, from its loading to the last answer it gives.</summary>
internal sealed class ServedModel : IAsyncDisposable
{
    private readonly OnnxSession? _session;
    private readonly TaskCompletionSource _unused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users = 1; // the host's own use

    private ServedModel(byte[] file, string path, ServerOptions options, ServerMetrics metrics)
    {
        (Path, Tokenizer) = (path, LoadTokenizer(options.Tokenizer, path));
        TargetTokenizer = LoadTokenizer(options.TargetTokenizer, path) ?? Tokenizer;
        Version = VersionOf(OnnxFile.ReadMetadata(file));
        if (OnnxFile.Inspect(file).Inputs.Any(input => input.Name.StartsWith("past.", StringComparison.Ordinal)))
        {
            var encoder = path.Replace("decoder", "encoder", StringComparison.Ordinal);
            Generator = SequenceGenerator.Load(file, encoder != path && File.Exists(encoder) ? File.ReadAllBytes(encoder) : null);
            return;
        }
        Info = ModelInfo.Load(file, $"'{path}'");
        if (Info.Part != ModelPart.Whole)
            throw new InvalidDataException($"'{path}' is the {Info.Part.ToString().ToLowerInvariant()} part of a model that writes "
                + "sequences; expected its decoder, with the encoder beside it, or a model that predicts.");
        // Runs at a time are faster than threads in a run.
        _session = OnnxSession.Load(file, ExecutionTarget.Cpu(1), memoryPattern: false);
        Scorer = new(_session);
        Batcher = new(Scorer, options, metrics);
    }

    internal string Path { get; }

    /// <summary>The beginning of the file's digest.</summary>
    internal string Version { get; }

    /// <summary>What the file says of itself; null for those that write sequences.</summary>
    internal ModelInfo? Info { get; }

    internal RowScorer? Scorer { get; }

    internal Batcher? Batcher { get; }

    internal SequenceGenerator? Generator { get; }

    internal TextTokenizer? Tokenizer { get; }

    internal TextTokenizer? TargetTokenizer { get; }

    /// <summary>What a model in its place must be, too.</summary>
    internal string Contract => Generator is not null
        ? $"a model that writes {(Generator.ReadsSource ? "a sequence for a sequence" : "text")}"
        : $"a model of {Info!.Rows} for {Info.Task} that reads {string.Join("; ", Scorer!.Inputs)}";

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="InvalidDataException">It is no whole model of MLSeqGraph.</exception>
    internal static ServedModel Load(ServerOptions options, ServerMetrics metrics)
    {
        try
        {
            return new(File.ReadAllBytes(options.Model), options.Model, options, metrics);
        }
        catch (OnnxFileException exception)
        {
            throw new InvalidDataException($"'{options.Model}': {exception.Message}", exception);
        }
    }

    /// <summary>The beginning of the digest, or "unknown" where the file has none, as those of earlier formats.</summary>
    internal static string VersionOf(IReadOnlyDictionary<string, string> metadata) =>
        metadata.GetValueOrDefault(ModelFormat.DigestKey) is { Length: > 12 } digest ? digest[..12] : "unknown";

    /// <summary>Begins a use of the model, unless another has taken its place.</summary>
    internal bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        return false;
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            _unused.TrySetResult();
    }

    /// <summary>Takes no more work, and frees the model once what it has is done.</summary>
    public async ValueTask DisposeAsync()
    {
        Leave();
        await _unused.Task;
        if (Batcher is not null)
            await Batcher.DisposeAsync();
        _session?.Dispose();
        Generator?.Dispose();
    }

    private static TextTokenizer? LoadTokenizer(string? asked, string model)
    {
        var path = asked ?? System.IO.Path.ChangeExtension(model.Replace(".decoder", "", StringComparison.Ordinal), ".tokenizer.txt");
        return asked is not null || File.Exists(path) ? TextTokenizer.Load(path) : null;
    }
}
