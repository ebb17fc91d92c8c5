namespace Proteins.Data;

/// <summary>
/// Chains by a rule: helices, strands and loops, whose residues are drawn by what they like, stand side by side, each next to the one
/// before it and in the other direction.
/// </summary>
internal static class FoldedChains
{
    // Letters by how well they like to be there, the best first, each half as likely again as the next.
    private static readonly Dictionary<char, string> Liked = new() { ['H'] = "AELKMQRD", ['E'] = "VIYFTWCL", ['C'] = "GPNDSKHT" };

    private const int Kept = 60;

    internal static ChainData Generate(int seed)
    {
        var random = new Random(seed);
        Chain[] Some(int count, string part) => [.. Enumerable.Range(1, count).Select(number => One(random, $"{part}{number}"))];
        return new("generated chains", Some(160, "train"), Some(30, "validation"), Some(40, "test"));
    }

    private static Chain One(Random random, string name)
    {
        List<char> states = [], letters = [];
        List<float> places = [];
        for (int segment = 0, helices = 0; states.Count < Kept; segment++)
        {
            var kind = random.Next(3) == 0 ? 'H' : 'E';
            var count = kind == 'H' ? random.Next(9, 15) : random.Next(5, 8);
            var up = segment % 2 == 0 ? 1 : -1;
            helices += kind == 'H' ? 1 : 0;
            for (var i = 0; i < count; i++)
            {
                var along = (i - (count - 1) / 2f) * up * (kind == 'H' ? 1.5f : 3.3f);
                var turn = 100 * MathF.PI / 180 * i;
                Add(kind, 5f * segment + 2.3f * helices + (kind == 'H' ? 2.3f * MathF.Cos(turn) : 0), along,
                    kind == 'H' ? 2.3f * MathF.Sin(turn) : 0.9f * (i % 2));
            }
            for (var i = random.Next(2, 4); i > 0; i--)
                Add('C', 5f * segment + 2.5f, up * (count * (kind == 'H' ? 0.75f : 1.65f) + 2 + i), 3f - i);
        }
        return new(name, new([.. letters]))
        {
            States = new([.. states]), Dssp = new([.. states]), Alpha = [.. places], Beta = [.. places],
        };

        void Add(char state, float x, float y, float z)
        {
            states.Add(state);
            places.AddRange([x, y, z]);
            var letter = 0;
            while (letter < 7 && random.Next(3) == 0)
                letter++;
            letters.Add(random.Next(8) == 0 ? Residues.Letters[random.Next(20)] : Liked[state][letter]);
        }
    }
}
