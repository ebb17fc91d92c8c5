using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The features of each point of pen strokes.</summary>
public static class StrokeFeatures
{
    /// <summary>
    /// Number of features of a point: Δx and Δy from the point before, 1 where the pen was lifted on the way, 1 where it is lifted behind
    /// the point, height y, and cosine and sine of the angle by which the pen turns at it (1 and 0 at the ends of a stroke).
    /// </summary>
    public const int Count = 7;

    /// <summary>Writes the features of points, [points × <see cref="Count"/>].</summary>
    /// <exception cref="InvalidDataException">The points can't be read.</exception>
    internal static void Write(ReadOnlySpan<float> points, StrokeOptions options, string place, ref VBuffer<float> value)
    {
        var strokes = new PenStrokes(points, place);
        if (options.Deslant)
            strokes.Deslant();
        if (options.Normalize)
            strokes.Normalize();
        if (options.Spacing > 0)
            strokes.Resample(options.Spacing, place);
        var editor = VBufferEditor.Create(ref value, checked(strokes.Count * Count));
        for (var i = 0; i < strokes.Count; i++)
        {
            var into = editor.Values.Slice(i * Count, Count);
            var isLifted = i > 0 && strokes.Ends(i - 1);
            into[0] = i > 0 ? (float)(strokes.X(i) - strokes.X(i - 1)) : 0;
            into[1] = i > 0 ? (float)(strokes.Y(i) - strokes.Y(i - 1)) : 0;
            into[2] = isLifted ? 1 : 0;
            into[3] = strokes.Ends(i) ? 1 : 0;
            into[4] = (float)strokes.Y(i);
            (into[5], into[6]) = i == 0 || isLifted || strokes.Ends(i) ? (1, 0) : Turn(strokes, i);
        }
        value = editor.Commit();
    }

    private static (float Cosine, float Sine) Turn(PenStrokes strokes, int at)
    {
        var (ax, ay) = (strokes.X(at) - strokes.X(at - 1), strokes.Y(at) - strokes.Y(at - 1));
        var (bx, by) = (strokes.X(at + 1) - strokes.X(at), strokes.Y(at + 1) - strokes.Y(at));
        var size = Math.Sqrt((ax * ax + ay * ay) * (bx * bx + by * by));
        return size > 0 ? ((float)((ax * bx + ay * by) / size), (float)((ax * by - ay * bx) / size)) : (1, 0);
    }
}
