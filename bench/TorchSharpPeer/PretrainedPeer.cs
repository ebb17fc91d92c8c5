using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>
/// BERT's architecture of MiniLM's sizes as a classifier of sentences by the mean of their tokens; the weights are random.
/// </summary>
internal sealed class PretrainedPeer
{
    private readonly Embedding _positions = nn.Embedding(PretrainedShape.Positions, PretrainedShape.Width),
        _types = nn.Embedding(PretrainedShape.TokenTypes, PretrainedShape.Width);
    private readonly LayerNorm _norm = nn.LayerNorm(PretrainedShape.Width);
    private readonly EncoderLayer[] _layers = [.. Enumerable.Range(0, PretrainedShape.Layers).Select(_ => new EncoderLayer(
        PretrainedShape.Width, PretrainedShape.Heads, PretrainedShape.Inner, gelu: true))];
    private readonly Linear _head = nn.Linear(PretrainedShape.Width, PretrainedShape.Classes);
    private readonly Tensor _steps;

    internal PretrainedPeer(PretrainedShape shape)
    {
        Table = new(randn(PretrainedShape.Vocabulary, PretrainedShape.Width) * 0.05);
        Ids = tensor(shape.Tokens()).view(shape.Batch, shape.Steps);
        _steps = arange(shape.Steps);
    }

    /// <summary>The vectors of tokens.</summary>
    internal Parameter Table { get; }

    /// <summary>The tokens, [batch, time].</summary>
    internal Tensor Ids { get; }

    /// <summary>All parameters but the vectors of tokens.</summary>
    internal IEnumerable<Parameter> Others => [.. ((nn.Module[])[_positions, _types, _norm, _head]).SelectMany(part => part.parameters()),
        .. _layers.SelectMany(layer => layer.Parameters)];

    /// <summary>[batch, time, width] of the tokens' vectors to [batch, classes].</summary>
    internal Tensor Logits(Tensor vectors, bool fused = false)
    {
        var x = _norm.call(vectors + _positions.call(_steps) + _types.call(zeros_like(Ids)));
        foreach (var layer in _layers)
            x = fused ? layer.RunFused(x) : layer.Run(x);
        return _head.call(x.mean([1]));
    }

    internal static Work Scores(PretrainedShape shape, bool fused)
    {
        var peer = new PretrainedPeer(shape);
        return new InferenceWork(() => peer.Logits(TorchScript.Call("embedding", peer.Table, peer.Ids), fused));
    }
}

/// <summary>
/// A training step of it: all vectors of tokens have a gradient and are updated, or only those in the batch, which is the same where the
/// batches are.
/// </summary>
internal sealed class PretrainedTraining : Work
{
    private readonly PretrainedPeer _peer;
    private readonly FusedAdam _optimizer;
    private readonly RowAdam? _rows;
    private readonly Tensor _classes;

    internal PretrainedTraining(PretrainedShape shape, bool byRows)
    {
        _peer = new(shape);
        _optimizer = new([.. _peer.Others, .. byRows ? (Parameter[])[] : [_peer.Table]]);
        _rows = byRows ? new(_peer.Table) : null;
        _classes = tensor(Enumerable.Range(0, shape.Batch).Select(i => i * 7L % PretrainedShape.Classes).ToArray());
    }

    internal override bool IsTraining => true;

    internal override Tensor Run()
    {
        var vectors = _rows?.Read(_peer.Ids) ?? TorchScript.Call("embedding", _peer.Table, _peer.Ids);
        var loss = nn.functional.cross_entropy(_peer.Logits(vectors), _classes);
        loss.backward();
        _optimizer.Step(1e-3);
        _rows?.Step(1e-3);
        return loss;
    }
}
