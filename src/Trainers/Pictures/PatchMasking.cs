using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What hides patches of images while a network is pre-trained.</summary>
/// <param name="Hidden">1 for hidden patches, 0 for others, [batch, patches].</param>
/// <param name="Vector">What stands for a hidden patch's vector, [hidden].</param>
internal sealed record PatchMasking(Value Hidden, Value Vector)
{
    /// <summary>The pixels of each patch as the network saw the image, augmentation included: [patches, batch, numbers].</summary>
    internal Value? Pixels { get; set; }

    /// <summary>Vectors of patches with those of hidden ones replaced: [patches, batch, hidden].</summary>
    internal Value Apply(Value vectors)
    {
        var hidden = Op.Unsqueeze(Op.Transpose(Hidden, 1, 0), 2);                                        // [patches, batch, 1]
        return vectors * (1 - hidden) + Vector * hidden;
    }
}
