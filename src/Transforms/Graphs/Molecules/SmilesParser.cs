namespace MLSeqGraph.Transforms;

/// <summary>Reads one SMILES string, character by character. White space ends it; what follows is a title.</summary>
internal sealed class SmilesParser(string text)
{
    internal static readonly string[] Elements =
        ("H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr "
        + "Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu "
        + "Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr "
        + "Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og").Split(' ');

    private readonly List<(Atom Atom, bool Infers)> _atoms = [];
    private readonly List<(int First, int Second, BondOrder? Order)> _bonds = [];
    private readonly Dictionary<int, (int Atom, BondOrder? Order, int Position)> _openRings = [];
    private readonly Stack<(int Atom, int Position)> _branches = [];
    private int _at, _previous = -1;
    private BondOrder? _bond;
    private bool _hasBond;

    // Leading white space is skipped.
    private readonly int _start = text.Length - text.TrimStart().Length;
    private readonly int _end = EndOf(text);

    private char Next => _at < _end ? text[_at] : '\0';

    internal Molecule Parse()
    {
        if (_start == text.Length)
            throw new FormatException("The SMILES is empty; expected an atom.");
        _at = _start;
        while (_at < _end)
            ReadPart();
        if (_branches.TryPeek(out var branch))
            throw Error(branch.Position, "a branch that is not closed", "')'");
        foreach (var (number, ring) in _openRings)
            throw Error(ring.Position, $"ring bond {number}, which is not closed", $"another {number}");
        if (_hasBond || _previous < 0)
            throw Error(_at, "the end", "an atom");
        return SmilesInference.Molecule(_atoms, _bonds);
    }

    private void ReadPart()
    {
        switch (Next)
        {
            case '(':
                if (_previous < 0 || _hasBond)
                    throw Error(_at, "'('", "an atom");
                _branches.Push((_previous, _at++));
                break;
            case ')':
                if (!_branches.TryPop(out var branch))
                    throw Error(_at, "')'", "one that closes a branch");
                if (_hasBond)
                    throw Error(_at, "')'", "an atom after the bond");
                _previous = branch.Atom;
                _at++;
                break;
            case '.':
                if (_previous < 0 || _hasBond)
                    throw Error(_at, "'.'", "an atom");
                _previous = -1;
                _at++;
                break;
            case '%' or (>= '0' and <= '9'):
                ReadRing();
                break;
            case '-' or '=' or '#' or '$' or ':' or '/' or '\\' or '~':
                if (_hasBond || _previous < 0)
                    throw Error(_at, $"'{Next}'", "an atom");
                _bond = Next switch
                {
                    '=' => BondOrder.Double,
                    '#' => BondOrder.Triple,
                    '$' => BondOrder.Quadruple,
                    ':' => BondOrder.Aromatic,
                    _ => BondOrder.Single,
                };
                _hasBond = true;
                _at++;
                break;
            case '[':
                AddAtom(ReadBracketed(), infers: false);
                break;
            default:
                AddAtom(ReadOrganic(), infers: true);
                break;
        }
    }

    private void AddAtom(Atom atom, bool infers)
    {
        _atoms.Add((atom, infers));
        if (_previous >= 0)
            _bonds.Add((_previous, _atoms.Count - 1, _bond));
        (_previous, _bond, _hasBond) = (_atoms.Count - 1, null, false);
    }

    private void ReadRing()
    {
        var start = _at;
        if (_previous < 0)
            throw Error(start, $"'{Next}'", "an atom before a ring bond");
        int number;
        if (Next == '%')
        {
            if (_at + 2 >= _end || !char.IsAsciiDigit(text[_at + 1]) || !char.IsAsciiDigit(text[_at + 2]))
                throw Error(start, "'%'", "two digits after it");
            number = (text[_at + 1] - '0') * 10 + text[_at + 2] - '0';
            _at += 3;
        }
        else
            number = text[_at++] - '0';
        if (!_openRings.Remove(number, out var open))
            _openRings[number] = (_previous, _bond, start);
        else
        {
            if (open.Atom == _previous)
                throw Error(start, $"ring bond {number} from an atom to itself", "another atom");
            if (open.Order is { } one && _bond is { } other && one != other)
                throw Error(start, $"ring bond {number} as "
                    + $"{other.ToString().ToLowerInvariant()}", $"{one.ToString().ToLowerInvariant()} as at its start");
            if (_bonds.Exists(bond => (bond.First == open.Atom && bond.Second == _previous)
                || (bond.First == _previous && bond.Second == open.Atom)))
                throw Error(start, $"ring bond {number} between atoms that are bonded already", "other atoms");
            _bonds.Add((open.Atom, _previous, open.Order ?? _bond));
        }
        (_bond, _hasBond) = (null, false);
    }

    private Atom ReadOrganic()
    {
        if (_at + 1 < _end && text.AsSpan(_at, 2) is "Cl" or "Br")
        {
            _at += 2;
            return new(text.Substring(_at - 2, 2), false, 0, 0, 0, 0);
        }
        if (Next is 'B' or 'C' or 'N' or 'O' or 'P' or 'S' or 'F' or 'I' or '*')
            return new(text[_at++].ToString(), false, 0, 0, 0, 0);
        if (Next is 'b' or 'c' or 'n' or 'o' or 'p' or 's')
            return new(char.ToUpperInvariant(text[_at++]).ToString(), true, 0, 0, 0, 0);
        throw Error(_at, $"'{Next}'",
            "an atom (B C N O P S F Cl Br I, b c n o p s, or others in brackets), a bond, a branch or a ring bond");
    }

    // [isotope symbol chirality hydrogens charge :class]
    private Atom ReadBracketed()
    {
        var start = _at++;
        var isotope = ReadNumber() ?? 0;
        var (element, aromatic) = ReadElement();
        var chirality = 0;
        while (Next == '@')
        {
            chirality++;
            _at++;
        }
        if (chirality > 0)
            while (_at + 1 < _end && text.AsSpan(_at, 2) is "TH" or "AL" or "SP" or "TB" or "OH")
            {
                _at += 2;
                ReadNumber();
            }
        var hydrogens = 0;
        if (Next == 'H')
        {
            _at++;
            hydrogens = ReadNumber() ?? 1;
        }
        var charge = ReadCharge();
        if (Next == ':')
        {
            _at++;
            if (ReadNumber() is null)
                throw Error(_at, Found(), "the number of an atom class");
        }
        if (Next != ']')
            throw Error(_at, Found(), _at < _end ? "']', a charge, hydrogens or a class" : $"']' for the '[' at {start + 1}");
        _at++;
        return new(element, aromatic, charge, hydrogens, isotope, Math.Min(chirality, 2));
    }

    private (string Element, bool Aromatic) ReadElement()
    {
        if (Next == '*')
        {
            _at++;
            return ("*", false);
        }
        foreach (var length in (int[])[2, 1])
            if (_at + length <= _end)
            {
                var symbol = text.Substring(_at, length);
                var isAromatic = symbol is "b" or "c" or "n" or "o" or "p" or "s" or "se" or "as" or "te" or "si";
                var element = isAromatic ? char.ToUpperInvariant(symbol[0]) + symbol[1..] : symbol;
                if (!isAromatic && Array.IndexOf(Elements, element) < 0)
                    continue;
                _at += length;
                return (element, isAromatic);
            }
        throw Error(_at, Found(), "the symbol of an element");
    }

    private int ReadCharge()
    {
        if (Next is not ('+' or '-'))
            return 0;
        var sign = Next == '+' ? 1 : -1;
        var count = 0;
        while (Next == (sign > 0 ? '+' : '-'))
        {
            count++;
            _at++;
        }
        return sign * (count == 1 ? ReadNumber() ?? 1 : count);
    }

    private int? ReadNumber()
    {
        var start = _at;
        while (char.IsAsciiDigit(Next) && _at - start < 4)
            _at++;
        return _at == start ? null : int.Parse(text.AsSpan(start, _at - start), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static int EndOf(string text)
    {
        var end = text.Length - text.TrimStart().Length;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        return end;
    }

    private string Found() => _at < _end ? $"'{Next}'" : "the end";

    private FormatException Error(int position, string found, string expected) =>
        new($"SMILES '{text}', position {position + 1}: found {found}; expected {expected}.");
}
