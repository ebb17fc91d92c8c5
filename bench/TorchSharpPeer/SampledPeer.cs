using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>
/// An epoch of two layers of GraphSAGE (means) on sampled neighbors; samples are drawn on other threads while a step is taken. Means are
/// libtorch's means over bags, those of the first layer right out of the matrix of all features.
/// </summary>
internal sealed class SampledPeer : Work
{
    private const int Classes = 16;
    private readonly SampledShape _shape;
    private readonly NeighborDrawing _drawing;
    private readonly Tensor _features, _labels;
    private readonly Parameter _neighbor1, _self1, _bias1, _neighbor2, _self2, _bias2;
    private readonly FusedAdam _optimizer;
    private int _epoch;

    internal SampledPeer(SampledShape shape)
    {
        _shape = shape;
        _drawing = new(shape);
        (_features, _labels) = (randn(shape.Nodes, shape.Features), randint(0, Classes, shape.Nodes, dtype: int64));
        (_neighbor1, _self1) = (GraphPeers.Weight(shape.Features, shape.Hidden), GraphPeers.Weight(shape.Features, shape.Hidden));
        (_neighbor2, _self2) = (GraphPeers.Weight(shape.Hidden, Classes), GraphPeers.Weight(shape.Hidden, Classes));
        (_bias1, _bias2) = (new(zeros(shape.Hidden)), new(zeros(Classes)));
        _optimizer = new([_neighbor1, _self1, _bias1, _neighbor2, _self2, _bias2]);
    }

    internal override Tensor Run()
    {
        var epoch = _epoch++;
        var order = Enumerable.Range(0, _shape.Trained).ToArray();
        new Random(epoch).Shuffle(order);
        var loss = zeros(1);
        var batches = order.Chunk(_shape.Batch).Select((targets, number) => (Targets: targets, Seed: epoch * 1_000_003 + number));
        foreach (var drawn in batches.AsParallel().AsOrdered().WithDegreeOfParallelism(get_num_threads())
            .WithMergeOptions(ParallelMergeOptions.NotBuffered).Select(batch => _drawing.Draw(batch.Targets, batch.Seed)))
        {
            using var scope = NewDisposeScope();
            loss = Step(drawn).MoveToOuterDisposeScope();
        }
        return loss;
    }

    private Tensor Step(DrawnNeighbors drawn)
    {
        Tensor nodes1 = tensor(drawn.HiddenNodes), sources1 = tensor(drawn.InputSources), offsets1 = tensor(drawn.InputOffsets);
        Tensor sources2 = tensor(drawn.HiddenSources), offsets2 = tensor(drawn.HiddenOffsets);
        var mean = TorchScript.Call("bag_mean", _features, sources1, offsets1);
        var h = nn.functional.relu(mean.mm(_neighbor1) + _features.index_select(0, nodes1).mm(_self1) + _bias1, inplace: true);
        long targets = drawn.HiddenOffsets.Length - 1;
        var logits = TorchScript.Call("bag_mean", h.mm(_neighbor2), sources2, offsets2) + h.narrow(0, 0, targets).mm(_self2) + _bias2;
        var loss = nn.functional.cross_entropy(logits, _labels.index_select(0, nodes1.narrow(0, 0, targets)));
        loss.backward();
        _optimizer.Step(1e-3);
        return loss.detach();
    }
}
