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
    internal static (GenerativeModels Models, ModelVerification Verification) Write(
        GenerativeNetwork network, ParameterSet parameters, int maximumLength)
    {
        using var deployment = new Deployment(parameters, built => network.Evaluate(built));
        var (encoder, decoder, verification) = GenerativeDeployment.Write(network, deployment, parameters);
        var greedy = Deployment.Write(parameters, "greedy", network.WriteGreedily);
        GenerativeDeployment.CheckGreedy(network, deployment, greedy);
        var info = new GenerationInfo(
            network.Vocabulary.Start, [network.Vocabulary.End], network.Decoder.MaximumLength, network.Encoder?.MaximumLength,
            network.Vocabulary.Suppressed, network.Encoder is null ? null : network.SourceVocabulary)
        {
            SourcePadding = network.Encoder is null ? null : 0, MaximumLength = maximumLength,
        };
        Dictionary<string, string> metadata = new() { [GenerationInfo.Key] = info.ToJson() };
        var models = new GenerativeModels(
            encoder is null ? null : OnnxFile.ToBytes(encoder, new Dictionary<string, string>()), OnnxFile.ToBytes(decoder, metadata),
            OnnxFile.ToBytes(greedy, metadata));
        return (models, verification);
    }

    /// <summary>Writes the files into a folder; each is there whole or not at all.</summary>
    /// <exception cref="IOException">A file can't be written; an older file of the name is as it was.</exception>
    internal void Export(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in new[] { (EncoderFile, Encoder), (DecoderFile, Decoder), (GreedyFile, Greedy) })
            if (bytes is not null)
                AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(bytes));
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
