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

    /// <summary>Docks a chain's partner to it.</summary>
    /// <exception cref="InvalidDataException">A chain has no residue whose place is known.</exception>
    internal static Complex Dock(Chain chain, Chain partner, Random random)
    {
        var (own, others) = (Places(chain), Places(partner));
        var middle = Middle(own);
        var best = new Complex(chain, new bool[chain.Length], []);
        var most = double.NegativeInfinity;
        for (var pose = 0; pose < Poses; pose++)
        {
            var turned = Turned(others, middle, random);
            if (!Slide(own, turned, Direction(random)))
                continue;
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
                (most, best) = (sum, new(chain, near, [.. turned.Select(of => of.At)]));
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

    private static (double X, double Y, double Z) Middle(((double X, double Y, double Z) At, int)[] places) =>
        (places.Average(of => of.At.X), places.Average(of => of.At.Y), places.Average(of => of.At.Z));

    // A rotation about the middle, from a random quaternion; the middle comes to that of the other chain, so that its way leads there.
    private static ((double X, double Y, double Z) At, int Residue)[] Turned(((double X, double Y, double Z) At, int Residue)[] places,
        (double X, double Y, double Z) middle, Random random)
    {
        double[] q = [.. Enumerable.Range(0, 4).Select(_ => random.NextNormal())];
        var norm = Math.Sqrt(q.Sum(x => x * x));
        var (a, b, c, d) = (q[0] / norm, q[1] / norm, q[2] / norm, q[3] / norm);
        var (x, y, z) = Middle(places);
        return Array.ConvertAll(places, of =>
        {
            var (u, v, w) = (of.At.X - x, of.At.Y - y, of.At.Z - z);
            return ((middle.X + (1 - 2 * (c * c + d * d)) * u + 2 * (b * c - a * d) * v + 2 * (b * d + a * c) * w,
                middle.Y + 2 * (b * c + a * d) * u + (1 - 2 * (b * b + d * d)) * v + 2 * (c * d - a * b) * w,
                middle.Z + 2 * (b * d - a * c) * u + 2 * (c * d + a * b) * v + (1 - 2 * (b * b + c * c)) * w), of.Residue);
        });
    }

    // Along the direction, from outside, until the first pair touches: the farthest of the places at which one would. False where the
    // chains pass each other, as rings may.
    private static bool Slide(((double X, double Y, double Z) At, int)[] own, ((double X, double Y, double Z) At, int Residue)[] other,
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
        if (double.IsNegativeInfinity(shift))
            return false;
        for (var i = 0; i < other.Length; i++)
            other[i].At = (other[i].At.X + shift * way.X, other[i].At.Y + shift * way.Y, other[i].At.Z + shift * way.Z);
        return true;
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
