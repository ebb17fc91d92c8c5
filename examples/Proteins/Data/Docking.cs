using MLSeqGraph.Onnx;

namespace Proteins.Data;

/// <summary>
/// Complexes of two chains by a rule: the second chain is turned at random and slides along a random direction until its nearest C-beta
/// atom is 6 Å from one of the first chain; of 24 such poses that one is taken whose contacts (below 10 Å) have the largest sum of both
/// residues' hydrophobicity (Meiler et al. 2001) less 0.2 each: large contacts of sticky surfaces.
/// </summary>
internal static class Docking
{
    private const int Poses = 24;
    private const double Touching = 6, Near = 10, Toll = 0.2;

    /// <summary>The residues of a chain that are within 10 Å of its partner once they are docked.</summary>
    /// <exception cref="InvalidDataException">A chain has no residue whose place is known.</exception>
    internal static bool[] Interface(Chain chain, Chain partner, Random random)
    {
        var (own, others) = (Places(chain), Places(partner));
        bool[] best = [];
        var most = double.NegativeInfinity;
        for (var pose = 0; pose < Poses; pose++)
        {
            var turned = Turned(others, random);
            Slide(own, turned, Direction(random));
            var near = new bool[chain.Length];
            double sum = 0;
            foreach (var (at, residue) in own)
                foreach (var (to, other) in turned)
                    if (Square(at, to) < Near * Near)
                    {
                        near[residue] = true;
                        sum += Residues.Hydrophobicity(chain.Sequence[residue])
                            + Residues.Hydrophobicity(partner.Sequence[other]) - 2 * Toll;
                    }
            if (sum > most)
                (most, best) = (sum, near);
        }
        return best;
    }

    private static ((double X, double Y, double Z) At, int Residue)[] Places(Chain chain)
    {
        if (chain.Beta is null || !Enumerable.Range(0, chain.Length).Any(residue => chain.HasPlaces(residue, residue)))
            throw new InvalidDataException($"Chain {chain.Name} has no residue whose place is known; expected coordinates to dock it by.");
        return [.. Enumerable.Range(0, chain.Length).Where(residue => chain.HasPlaces(residue, residue)).Select(residue =>
            (((double)chain.Beta[3 * residue], (double)chain.Beta[3 * residue + 1], (double)chain.Beta[3 * residue + 2]), residue))];
    }

    // A rotation about the middle, from a random quaternion.
    private static ((double X, double Y, double Z) At, int Residue)[] Turned(((double X, double Y, double Z) At, int Residue)[] places,
        Random random)
    {
        double[] q = [.. Enumerable.Range(0, 4).Select(_ => random.NextNormal())];
        var norm = Math.Sqrt(q.Sum(x => x * x));
        var (a, b, c, d) = (q[0] / norm, q[1] / norm, q[2] / norm, q[3] / norm);
        var (x, y, z) = (places.Average(of => of.At.X), places.Average(of => of.At.Y), places.Average(of => of.At.Z));
        return Array.ConvertAll(places, of =>
        {
            var (u, v, w) = (of.At.X - x, of.At.Y - y, of.At.Z - z);
            return (((1 - 2 * (c * c + d * d)) * u + 2 * (b * c - a * d) * v + 2 * (b * d + a * c) * w,
                2 * (b * c + a * d) * u + (1 - 2 * (b * b + d * d)) * v + 2 * (c * d - a * b) * w,
                2 * (b * d - a * c) * u + 2 * (c * d + a * b) * v + (1 - 2 * (b * b + c * c)) * w), of.Residue);
        });
    }

    // Along the direction, from outside, until the first pair touches: the farthest of the places at which one would.
    private static void Slide(((double X, double Y, double Z) At, int)[] own, ((double X, double Y, double Z) At, int Residue)[] other,
        (double X, double Y, double Z) way)
    {
        var shift = double.NegativeInfinity;
        foreach (var (at, _) in own)
            foreach (var (to, _) in other)
            {
                var (x, y, z) = (to.X - at.X, to.Y - at.Y, to.Z - at.Z);
                var along = x * way.X + y * way.Y + z * way.Z;
                if (Touching * Touching - (x * x + y * y + z * z - along * along) is > 0 and var left)
                    shift = Math.Max(shift, Math.Sqrt(left) - along);
            }
        // Chains that pass each other don't touch: they stay far apart.
        if (double.IsNegativeInfinity(shift))
            shift = 1e6;
        for (var i = 0; i < other.Length; i++)
            other[i].At = (other[i].At.X + shift * way.X, other[i].At.Y + shift * way.Y, other[i].At.Z + shift * way.Z);
    }

    private static (double X, double Y, double Z) Direction(Random random)
    {
        var (x, y, z) = (random.NextNormal(), random.NextNormal(), random.NextNormal());
        var norm = Math.Sqrt(x * x + y * y + z * z);
        return (x / norm, y / norm, z / norm);
    }

    private static double Square((double X, double Y, double Z) one, (double X, double Y, double Z) other) =>
        (one.X - other.X) * (one.X - other.X) + (one.Y - other.Y) * (one.Y - other.Y) + (one.Z - other.Z) * (one.Z - other.Z);
}
