using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class TransformerDecoderTests
{
    [TestMethod]
    [DataRow(PositionEncoding.None, true, NormKind.LayerNorm, FeedForwardActivation.Relu)]
    [DataRow(PositionEncoding.Sinusoidal, false, NormKind.LayerNorm, FeedForwardActivation.Relu)]
    [DataRow(PositionEncoding.Learned, true, NormKind.LayerNorm, FeedForwardActivation.Gelu)]
    [DataRow(PositionEncoding.Rotary, true, NormKind.RmsNorm, FeedForwardActivation.SwiGlu)]
    [DataRow(PositionEncoding.RelativeBias, true, NormKind.RmsNorm, FeedForwardActivation.Relu)]
    public void Steps_with_a_cache_are_those_of_the_whole_sequence(
        PositionEncoding positions, bool normFirst, NormKind norm, FeedForwardActivation activation)
    {
        var options = new TransformerOptions { Hidden = 8, Heads = 2, Layers = 2, MaxPositions = 12, Positions = positions,
            NormFirst = normFirst, Norm = norm, Activation = activation };
        foreach (var (source, window) in new (int?, int?)[] { (null, null), (5, null), (null, 3), (5, 3) })
        {
            var decoder = SequenceDecoder.Transformer(options with { Window = window });
            var forms = new DecoderForms(decoder, batch: 3, steps: 7, source);
            var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
            var whole = forms.Whole(x, sources);
            foreach (var chunk in new[] { 1, 3, 7 })
            {
                var chunks = forms.InChunks(x, sources, chunk, capacity: 9);
                Assert.HasCount(whole.Length, chunks);
                for (var i = 0; i < whole.Length; i++)
                    Assert.AreEqual(whole[i], chunks[i], 1e-4f, $"source {source}, chunks of {chunk}, element {i}");
            }
        }
    }

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(2, 3, 5)]
    public void A_step_sees_as_far_as_the_layers_reach(int layers, int window, int seen)
    {
        var decoder = SequenceDecoder.Transformer(new() { Hidden = 8, Heads = 2, Layers = layers, Positions = PositionEncoding.Rotary,
            Window = window });
        var forms = new DecoderForms(decoder, batch: 1, steps: 9, source: null);
        var x = forms.RandomSteps();
        var whole = forms.Whole(x, forms.RandomSources());
        var changed = (float[])x.As<float>().Clone();
        changed[2 * 8] += 1;
        var other = forms.Whole(TensorData.Create(changed, 1, 9, 8), forms.RandomSources());
        for (var step = 0; step < 9; step++)
            Assert.AreEqual(step >= 2 && step < 2 + seen, Enumerable.Range(step * 8, 8).Max(i => Math.Abs(whole[i] - other[i])) > 1e-5,
                $"step {step}");
    }
}
