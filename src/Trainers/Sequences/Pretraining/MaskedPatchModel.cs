using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A network that tells the pixels of hidden patches (Xie et al. 2022): a vector that is learned stands for each hidden patch, and a linear
/// map of what the network makes of it gives the pixels. The loss is the mean square of the differences, over hidden patches only.
/// </summary>
/// <param name="Input">The input of images.</param>
/// <param name="Network">The network to pre-train.</param>
/// <param name="InputDropout">Dropout of the network's input.</param>
internal sealed record MaskedPatchModel(SequenceInput Input, PatchImageNetwork Network, float InputDropout)
{
    private const string Places = "masked_places", Hidden = "masked_patches";

    /// <summary>The training graph: inputs, and the loss over hidden patches only.</summary>
    internal NetworkOutputs Train(NetworkBuilder network)
    {
        var x = Input.Declare(network);
        var places = network.Input(Places, ElementType.Int64, ["masked"]);
        var hidden = network.Input(Hidden, ElementType.Float, ["batch", Network.Patches]);
        PatchMasking masking;
        using (network.Scope(MaskedNetworkModel.Scope))
            masking = new(hidden, network.Parameter("vector", [Network.VectorSize], Initializers.Normal(0.02f), decays: false));
        var encoded = SequenceNetworkModel.Encode(Network with { Masking = masking }, x.With(network.Dropout(x.Steps, InputDropout)));
        var vectors = Op.TakeRows(Op.AsMatrix(encoded.Steps.Steps), places);
        var pixels = Op.TakeRows(Op.AsMatrix(masking.Pixels!), places);                                 // [masked, numbers]
        using (network.SharedScope(MaskedNetworkModel.Scope))
            vectors = network.Linear(vectors, Network.PatchNumbers, name: "output");
        var difference = vectors - pixels;
        var squares = Op.ReduceMean(difference * difference, [1], keepDims: false);
        return new(Op.ReduceMean(squares, keepDims: false), Head.LossCount(Op.Filled(1f, [squares.Shape[0]], squares)));
    }

    /// <summary>Hides patches of a batch and feeds it to a session.</summary>
    internal void Feed(TrainingSession session, SequenceBatch batch, int epoch, MaskedPatches masked)
    {
        masked.Draw(batch, epoch);
        Input.Feed(session, batch);
        session.Feed(Places, masked.Places, masked.Places.Length);
        session.Feed(Hidden, masked.Hidden, batch.Batch, Network.Patches);
    }
}
