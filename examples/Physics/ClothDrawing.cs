using System.Text;
using Examples;
using Physics.Data;

namespace Physics;

/// <summary>A cloth as lines, which can move, or as shaded squares, the farthest first.</summary>
internal static class ClothDrawing
{
    private static readonly (double X, double Y, double Z) Light = (0.4, 0.75, 0.53);

    /// <summary>A path along the threads both ways.</summary>
    internal static string Lines(ClothMesh mesh, (double X, double Y)[] at)
    {
        var path = new StringBuilder();
        for (var thread = 0; thread < mesh.Side; thread++)
            foreach (var isAcross in (bool[])[true, false])
                for (var i = 0; i < mesh.Side; i++)
                {
                    var (x, y) = at[isAcross ? thread * mesh.Side + i : i * mesh.Side + thread];
                    path.Append(i == 0 ? "M" : "L").Append(VectorDrawing.Number(x)).Append(' ').Append(VectorDrawing.Number(y));
                }
        return path.ToString();
    }

    /// <summary>Writes its squares, the lighter the more they face the light, the front blue and the back orange.</summary>
    internal static void Write(VectorDrawing drawing, ClothMesh mesh, double[] positions, Func<int, (double X, double Y)> place)
    {
        foreach (var corners in Squares(mesh.Side).OrderByDescending(corners => corners.Sum(vertex => positions[3 * vertex + 1])))
        {
            var (x, y, z) = Normal(positions, corners);
            var bright = 0.45 + 0.55 * Math.Abs(x * Light.X + y * Light.Y + z * Light.Z);
            // The eye looks along the second axis, a little from the left and from above.
            (double R, double G, double B) color = -0.35 * x + y - 0.18 * z > 0 ? (70, 140, 220) : (235, 150, 70);
            drawing.Path(corners.Select(place), "#24456b", 0.3, $"#{Part(color.R):x2}{Part(color.G):x2}{Part(color.B):x2}");

            int Part(double of) => (int)Math.Round(of * bright);
        }
    }

    private static IEnumerable<int[]> Squares(int side) => Enumerable.Range(0, (side - 1) * (side - 1)).Select(square =>
        square / (side - 1) * side + square % (side - 1)).Select(first => (int[])[first, first + 1, first + side + 1, first + side]);

    private static (double X, double Y, double Z) Normal(double[] positions, int[] corners)
    {
        double Side(int from, int to, int axis) => positions[3 * corners[to] + axis] - positions[3 * corners[from] + axis];
        double x = Side(0, 2, 1) * Side(1, 3, 2) - Side(0, 2, 2) * Side(1, 3, 1),
            y = Side(0, 2, 2) * Side(1, 3, 0) - Side(0, 2, 0) * Side(1, 3, 2),
            z = Side(0, 2, 0) * Side(1, 3, 1) - Side(0, 2, 1) * Side(1, 3, 0);
        var length = Math.Max(1e-30, Math.Sqrt(x * x + y * y + z * z));
        return (x / length, y / length, z / length);
    }
}
