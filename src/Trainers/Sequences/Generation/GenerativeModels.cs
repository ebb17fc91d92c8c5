using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The deployed models of a trained network that writes sequences.</summary>
/// <param name="Encoder">ONNX file of the encoder; null for a language model.</param>
/// <param name="Decoder">ONNX file of the decoder of the next steps.</param>
/// <param name="Greedy">ONNX file of the model that decodes greedily by itself.</param>
internal sealed record GenerativeModels(byte[]? Encoder, byte[] Decoder, byte[] Greedy)
{
    internal const string EncoderFile = "encoder.onnx", DecoderFile = "decoder.onnx", GreedyFile = "greedy.onnx";

    /// <summary>Writes and verifies them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="maximumLength">Most tokens that are worth asking for.</param>
    /// <param name="describe">Describes them, given how they were compared.</param>
    internal static (GenerativeModels Models, ModelInfo Info) Write(
        GenerativeNetwork network, ParameterSet parameters, int maximumLength, Func<ModelVerification, ModelInfo> describe)
    {
        using var deployment = new Deployment(parameters, built => network.Evaluate(built));
        var (encoder, decoder, verification) = GenerativeDeployment.Write(network, deployment, parameters);
        var greedy = Deployment.Write(parameters, "greedy", network.WriteGreedily);
        GenerativeDeployment.CheckGreedy(network, deployment, greedy);
        var info = describe(verification);
        // A language model of rows without begin tokens has never read one.
        var hasStart = info is not { Task: ModelTask.LanguageModel, Generation.AddBeginEndTokens: false };
        var generation = new GenerationInfo(
            hasStart ? network.Vocabulary.Start : null, [network.Vocabulary.End], network.Decoder.MaximumLength,
            network.Encoder?.MaximumLength,
            network.Vocabulary.Suppressed, network.ReadsTokens ? network.SourceVocabulary : null)
        {
            SourcePadding = network.ReadsTokens ? 0 : null, MaximumLength = maximumLength,
        };
        byte[] Bytes(Graph graph, ModelPart part) =>
            DeployedFile.ToBytes(graph, info with { Part = part }, (GenerationInfo.Key, generation.ToJson()));
        return (new(encoder is null ? null : Bytes(encoder, ModelPart.Encoder), Bytes(decoder, ModelPart.Decoder),
            Bytes(greedy, ModelPart.Greedy)), info);
    }

    /// <summary>The files' bytes by name.</summary>
    internal IReadOnlyDictionary<string, byte[]> Files => new Dictionary<string, byte[]?>
    {
        [EncoderFile] = Encoder, [DecoderFile] = Decoder, [GreedyFile] = Greedy,
    }.Where(file => file.Value is not null).ToDictionary(file => file.Key, file => file.Value!);

    /// <summary>Writes the files into a folder, each whole or not at all.</summary>
    /// <exception cref="IOException">A file can't be written; an older file of that name stays as it was.</exception>
    internal void Export(string folder, OnnxExportOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (string Name, byte[] Bytes)[] files = [.. Files.Select(file => (file.Key, ExportedModel.Apply(file.Value, options)))];
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in files)
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(bytes));
        if (options?.WritesJson == true)
            ExportedModel.WriteJson(folder, files);
    }

    /// <summary>The models with their large weights in another precision.</summary>
    internal GenerativeModels To(Precision precision) => new(
        Encoder is null ? null : OnnxFile.Convert(Encoder, precision), OnnxFile.Convert(Decoder, precision),
        OnnxFile.Convert(Greedy, precision));

    /// <summary>Bytes of the files.</summary>
    internal long Bytes => (Encoder?.LongLength ?? 0) + Decoder.LongLength + Greedy.LongLength;

    internal SequenceGenerator Load(ExecutionTarget target, bool acceptEdited = false) =>
        SequenceGenerator.Load(Decoder, Encoder, target, acceptEdited);
}
