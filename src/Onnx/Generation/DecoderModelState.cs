namespace MLSeqGraph.Onnx;

/// <summary>How a decoder keeps a state.</summary>
internal enum DecoderStateKind
{
    /// <summary>Replaced at every step.</summary>
    Recurrent,
    /// <summary>Has a capacity chosen beforehand and is written in place.</summary>
    Cache,
    /// <summary>Grows by the new steps in every run.</summary>
    Growing,
}

/// <summary>A state of a decoder model.</summary>
/// <param name="Name">Its name without <c>past.</c> and <c>present.</c>.</param>
/// <param name="Shape">Shape of the input.</param>
/// <param name="Kind">How it is kept.</param>
internal sealed record DecoderModelState(string Name, Shape Shape, DecoderStateKind Kind)
{
    internal string Past => DecoderModel.PastPrefix + Name;

    internal string Present => DecoderModel.PresentPrefix + Name;

    internal bool IsCache => Kind == DecoderStateKind.Cache;

    /// <summary>Which axis is the batch's.</summary>
    internal int BatchAxis => Shape.TakeWhile(dim => dim != DecoderModel.Batch).Count();

    internal long[] Sizes(int rows, int capacity) =>
        [.. Shape.Select(dim => dim.IsKnown ? dim.Size : dim == DecoderModel.Batch ? rows : dim == DecoderModel.Cache ? capacity : 0)];
}
