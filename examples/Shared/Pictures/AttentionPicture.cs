using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace Examples;

/// <summary>Where an exported translator looked when it wrote each token.</summary>
internal static class AttentionPicture
{
    /// <summary>Writes with the exported models alone, on ONNX Runtime, and draws the attention of networks that have any.</summary>
    /// <param name="folder">Where <c>encoder.onnx</c> and <c>decoder.onnx</c> are and the picture goes.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="from">Tokens that are read.</param>
    /// <param name="to">Tokens that are written.</param>
    /// <param name="text">What is read.</param>
    internal static void Write(string folder, string network, TextTokenizer from, TextTokenizer to, string text)
    {
        using var generator = SequenceGenerator.Load(Path.Combine(folder, "decoder.onnx"), Path.Combine(folder, "encoder.onnx"));
        var keys = from.EncodeKeys(text);
        var written = generator.Greedy(GenerationInput.FromSources(keys), new() { KeepAttention = true, MaximumLength = 80 })[0];
        if (written.Attention is null)
            return;
        string[] rows = [.. written.Tokens.Select(id => to.DecodeKeys(id)), .. written.Ended ? new[] { "(end)" } : []];
        HeatMap.WriteAttention(
            Path.Combine(folder, $"{network}-attention"), $"{network}: where each written token looked",
            [.. keys.Select(key => from.DecodeKeys(key))], rows, written.Attention);
    }
}
