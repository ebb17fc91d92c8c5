namespace MLSeqGraph.Onnx;

/// <summary>A spatial axis of a convolution: sizes of the kernel, its stride and dilation, and zeros before the first element.</summary>
internal readonly record struct ConvolutionAxis(long Kernel, long Stride, long Dilation, long Begin)
{
    /// <summary>Steps of the stride from the first result to the last element that any window reads.</summary>
    internal long Length(long results) => results + (Kernel - 1) * Dilation / Stride;
}

/// <summary>
/// How images are laid out so that each element of a kernel reads one stretch of memory for all results: with their padding, in one plane
/// for each remainder of the positions by the strides, planes of several images one after another. Results lie in rows as wide as these
/// planes.
/// </summary>
/// <param name="Rows">The first axis.</param>
/// <param name="Columns">The second axis.</param>
/// <param name="Height">Size of the images' first axis.</param>
/// <param name="Width">Size of their second axis.</param>
/// <param name="ResultRows">Results of the first axis.</param>
/// <param name="ResultColumns">Results of the second axis.</param>
internal sealed unsafe record ConvolutionPlanes(
    ConvolutionAxis Rows, ConvolutionAxis Columns, long Height, long Width, long ResultRows, long ResultColumns)
{
    /// <summary>Elements that the widest vector may read behind the end.</summary>
    internal const int Slack = 16;

    internal long Size => Height * Width;

    internal long Results => ResultRows * ResultColumns;

    /// <summary>Planes of a channel.</summary>
    internal long Phases => Rows.Stride * Columns.Stride;

    internal long PlaneWidth { get; } = Columns.Length(ResultColumns);

    /// <summary>Elements of a plane.</summary>
    internal long Plane { get; } = Rows.Length(ResultRows) * Columns.Length(ResultColumns);

    /// <summary>From the first result of some images to the last, in whole vectors.</summary>
    internal long Row(int images) =>
        ((images - 1) * Plane + (ResultRows - 1) * PlaneWidth + ResultColumns + Slack - 1) / Slack * Slack;

    /// <summary>Where the stretch of each weight [channels, kernel ..] begins.</summary>
    internal void Offsets(long* to, long channels, int images)
    {
        for (long channel = 0; channel < channels; channel++)
            for (long i = 0; i < Rows.Kernel; i++)
                for (long j = 0; j < Columns.Kernel; j++)
                {
                    var (down, rowPhase) = Math.DivRem(i * Rows.Dilation, Rows.Stride);
                    var (right, columnPhase) = Math.DivRem(j * Columns.Dilation, Columns.Stride);
                    var plane = (channel * Rows.Stride + rowPhase) * Columns.Stride + columnPhase;
                    *to++ = plane * images * Plane + down * PlaneWidth + right;
                }
    }

    /// <summary>Copies channels of images [channels, height, width] into planes [channels, phases, images, plane].</summary>
    /// <param name="from">The first channel of the first image.</param>
    /// <param name="stride">From one image to the next.</param>
    /// <param name="count">How many images there are.</param>
    /// <param name="images">How many there is room for.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="planes">The planes, and room for a vector behind them.</param>
    internal void CopyImages(float* from, long stride, int count, int images, long channels, float* planes)
    {
        var to = planes;
        long height = Plane / PlaneWidth, between = (images - count) * Plane;
        for (long channel = 0; channel < channels; channel++, from += Size)
            for (long rowPhase = 0; rowPhase < Rows.Stride; rowPhase++)
                for (long columnPhase = 0; columnPhase < Columns.Stride; columnPhase++)
                {
                    for (var image = 0; image < count; image++)
                        for (long row = 0; row < height; row++, to += PlaneWidth)
                        {
                            var y = row * Rows.Stride + rowPhase - Rows.Begin;
                            if (y < 0 || y >= Height)
                                Clear(to, PlaneWidth);
                            else
                                CopyRow(from + image * stride + y * Width, columnPhase - Columns.Begin, to);
                        }
                    Clear(to, between);
                    to += between;
                }
        Clear(to, Slack);
    }

    // Elements first, first + stride, .. of a row, zeros outside.
    private void CopyRow(float* row, long first, float* to)
    {
        var step = Columns.Stride;
        var before = Math.Min(PlaneWidth, first < 0 ? (-first + step - 1) / step : 0);
        var end = Math.Clamp((Width - first + step - 1) / step, before, PlaneWidth);
        Clear(to, before);
        if (step == 1)
            new ReadOnlySpan<float>(row + first + before, (int)(end - before)).CopyTo(new(to + before, (int)(end - before)));
        else
            for (var i = before; i < end; i++)
                to[i] = row[first + i * step];
        Clear(to + end, PlaneWidth - end);
    }

    /// <summary>Copies gradients of some images into rows as wide as the planes, with zeros between.</summary>
    /// <param name="from">The first output of the first image.</param>
    /// <param name="stride">From one image to the next.</param>
    /// <param name="count">How many images there are.</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="row">From one output to the next in the result.</param>
    /// <param name="to">The result [outputs, row].</param>
    internal void CopyGradients(float* from, long stride, int count, long outputs, long row, float* to)
    {
        for (long output = 0; output < outputs; output++, from += Results, to += row)
        {
            Clear(to, row);
            for (var image = 0; image < count; image++)
                for (long i = 0; i < ResultRows; i++)
                    new ReadOnlySpan<float>(from + image * stride + i * ResultColumns, (int)ResultColumns)
                        .CopyTo(new(to + image * Plane + i * PlaneWidth, (int)ResultColumns));
        }
    }

    private static void Clear(float* from, long count) => new Span<float>(from, checked((int)count)).Clear();
}
