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
    public void Steps_with_a_cache_are_those_of_the_whole_sequence(PositionEncoding positions, bool normFirst, NormKind norm, FeedForwardActivation activation)
    {
        var decoder = SequenceDecoder.Transformer(new() { Width = 8, Heads = 2, Layers = 2, MaxPositions = 12, Positions = positions, NormFirst = normFirst, Norm = norm, Activation = activation });
        foreach (var source in new int?[] { null, 5 })
        {
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
}
