namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>A list of types and their members as text, and what of a type differs from it.</summary>
internal sealed class ApiList
{
    private readonly Dictionary<string, HashSet<string>> _membersByType;

    public ApiList(IEnumerable<string> lines)
    {
        _membersByType = [];
        HashSet<string>? members = null;
        foreach (string line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
                members!.Add(line[4..]);
            else
                _membersByType.Add(line, members = []);
        }
    }

    /// <summary>All lists of a folder as one.</summary>
    public static ApiList ReadFolder(string folder) =>
        new(Directory.GetFiles(folder, "Microsoft.ML.*.txt").SelectMany(File.ReadLines));

    /// <summary>What the type has and the list lacks; with <paramref name="complete"/> also the reverse.</summary>
    public IEnumerable<string> Differences(Type type, bool complete)
    {
        string declaration = ApiText.OfType(type);
        if (!_membersByType.TryGetValue(declaration, out HashSet<string>? listed))
        {
            string name = type.Name.Split('`')[0];
            IEnumerable<string> candidates = _membersByType.Keys
                .Where(key => key.Split(' ').Any(word => word.Split('<')[0].Split('.')[^1] == name));
            return [$"{declaration}\n    is not listed; similar: {string.Join("; ", candidates)}"];
        }

        string[] members = ApiText.OfMembers(type).ToArray();
        IEnumerable<string> extra = members.Except(listed).Select(member => $"{declaration}\n    has what is not listed: {member}");
        IEnumerable<string> missing = listed.Except(members).Select(member => $"{declaration}\n    lacks: {member}");
        return complete ? extra.Concat(missing) : extra;
    }
}
