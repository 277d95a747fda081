"""Words by which names of persons are known: common given names of the region, endings, and words that only look so.

Written from general knowledge of how people of Central Asia, the Caucasus, Eastern Europe and Türkiye are called, in
the scripts they write; no list of persons was used. Every word is compared folded (`folding.folded`), so that marks
and capitals do not matter here. Endings are of folded words: `й` has become `и`, `ý` has become `y`.
"""

from __future__ import annotations

_CYRILLIC = """
александр алексей анатолий андрей антон артём артур богдан борис вадим валентин валерий василий виктор виталий
владимир владислав всеволод вячеслав геннадий георгий глеб григорий давид данил даниил денис дмитрий евгений егор иван
игорь илья кирилл константин лев леонид максим марк матвей михаил никита николай олег павел пётр роман руслан савелий
семён сергей станислав степан тарас тимофей тимур фёдор филипп эдуард юрий яков ярослав
александра алина алла анастасия ангелина анна антонина валентина валерия варвара вера вероника виктория галина
дарья диана евгения екатерина елена елизавета жанна зинаида зоя инна ирина карина кристина ксения лариса лидия любовь
людмила маргарита марина мария надежда наталия наталья нина оксана олеся ольга полина раиса светлана снежана
софия софья таисия тамара татьяна ульяна юлия яна
микола олександр олексій андрій сергій дмитро євген ігор михайло петро юрій василь тетяна олена наталія ірина ганна
ганка катерина світлана надія любов оксана марія юлія людмила вікторія
алишер анвар акмал азиз азамат бахтиёр бахтияр бобур ботир дилшод джамшид жамшид жасур жахонгир зафар икром илхом
ислом камол комил лазиз мирзо мурод музаффар мухаммад мухаммадали нодир одил ойбек отабек равшан рустам санжар сардор
собир тимур тохир улугбек улуғбек умид фаррух фарход фарҳод хуршид шавкат шерзод шухрат эркин юсуф якуб ёқуб
азиза барно васила гузал гулнора гулбахор гулчехра дилбар дилдора дилфуза дилноза замира зарина зебо зилола зулфия
камила лола малика мадина мафтуна мухаббат мунира мохира нигора нилуфар нодира нозима озода ойгуль рано сайёра севара
умида феруза хуршида шахноза шоира юлдуз
абдулло абдуллох абдурахмон абдурахим абдумалик бахром далер джамолиддин диловар довуд зиёвуддин исмоил искандар
махмуд манучехр мирзошариф насим нурулло парвиз рахмон рахматулло сайфиддин саид сафар саидмурод сулаймон
тоджиддин фаридун фируз хайрулло хасан хусейн хуcейн шамсиддин шариф
бибихаджар гулрухсор манижа мехрангез мижгона нигина парвина рухшона сабрина ситора тахмина фарзона фотима шабнам
абай айбек айдар айдос азат алмаз алмас алмат амангельды асан аскар аслан асхат бакыт баатыр бауыржан бекзат бекболот
бекжан берик болат болот булат галым ғалым данияр дархан даулет дәурен ерболат ербол ержан ерлан ермек есен жаксылык
жандос жанибек жанболот жасулан женис жомарт жумабек кайрат қайрат канат қанат касым қасым кубаныч кубат куат
қуат марат медет мейрам мирлан мукан мурат мұрат мухтар мұхтар нурбек нурболот нуржан нурлан нұрлан нурсултан нұрсұлтан
олжас омирбек орынбасар рахат рысбек сабит самат санат санжар серик серік султан сұлтан талант талгат талғат тилек
төлеген төрөкул улан уланбек ұлан чингиз шерали шынгыс эмиль эрлан эрмек эрнис
айгерим айгерім айгуль айгүл айжан айзада айнагуль айнаш айнур айнұр айпери айсулу айша акмарал ақмарал алия әлия
алтынай асель әсел асем әсем асемгуль багила баян бегимай бермет ботагоз бүбүсара гаухар гульжан гульзат гульмира
гүлмира
гульнара гульнур гулнар гулназ дамира дана данагуль динара дария жазгуль жазгүл жамиля жанар жанна жанара жанылай
жибек жулдыз жұлдыз зарема зауре каламкас карлыгаш кулпаш куралай күнсулу кымбат лаура ляззат ләззат мадина майра
мээрим
назгуль назгүл назира назым нуржамал нургуль нургүл нурзат перизат рабига раушан сауле сәуле салтанат самал сандугаш
толганай тоғжан токтогуль улпан ұлпан фариза шолпан ынкар эльмира элмира эльвира
арслан аннагулы аннагельды аннаберды аманмурад аманмырат атамурад атамырат бабамурад байрам батыр бегенч бегмырат
бердымурад бердымухамед бяшим гурбан гурбанмурад гурбангулы гурбанберды довлет довран дурды дурдымурад какабай какаджан
мерген мердан мурад мухамед мырат мырад нурмухамед нурмурад нурберды овез овезгельды оразберды ораз пирмурад рахман
рахым реджеп розымурад сапармурад сапармырат сапар сердар ходжамурад хыдыр чары чарымурад шамурад ягмур язмурад язгельды
айгозель айджемал айна айнабат айсолтан акгуль акджемал алтынгозель аннагуль бахар биби бибигуль бягуль бахаргуль гозель
гульджан гульджемал гульнабат гульшат гурбангозель джахан дженнет джемал джерен дурсун дурсунгуль енеш лачин майса марал
мяхри мехри мяхригуль нартач огулгерек огулджан огулнабат огульгерек огульшат оразгозель оразгуль сельби сона сонагуль
сульгун тазегуль тумар ширин энеджан язгуль языгуль шемшат
ахмад ахмед али амир амина ашот армен арсен аршак ваге вазген вардан гарик гаик давит давид зураб заза ираклий каха
левон леван малхаз мамука нодар рафаэль рубен сурен тигран шота вахтанг гиви гоча звиад ануш анаит гаянэ заруи лусине
мариам нана нино тамар этери ильхам эльчин эльдар рашад турал вугар гейдар гусейн мамед фарид ниджат севиндж гюльнара
айтен лейла нигяр эльнара рена сабина гасан гульшан фатима зухра ибрагим исмаил магомед мусса шамиль хадижа хамид халид
умар усман юнус якуб ясир рашид рамиль ренат ринат равиль ильдар ильнур айрат фанис гузель гульназ лиана
"""

_LATIN = """
aman amangeldi amanmyrat annaberdi annadurdy annageldi annaguly annamyrat arslan aşyr aşyrmyrat atageldi atamyrat
atajan baba babageldi babamyrat babajan batyr baýram baýrammyrat begenç begmyrat begli berdi berdimyrat berdimuhamet
beşim bäşim çary çarymyrat dädebaý döwlet döwletgeldi döwran durdy durdymyrat eziz ezizmyrat gadam garýagdy guwanç
guwançmyrat gurban gurbanberdi gurbangeldi gurbanguly gurbanmyrat hally hemra hojamyrat hojanazar hudaýberdi
hydyr ilmyrat jumamyrat jumageldi kakabaý kakajan kakamyrat kemal kerim kerimberdi kömek maksat mekan meret merdan
mergen muhammet muhammetmyrat muhametguly mukam myrat myratberdi nazar nobat nury nurmyrat nurmuhammet
nurberdi orazmyrat orazberdi orazgeldi orazmuhammet oraz öwez öwezgeldi pirmyrat pirli rahman rahym rejep rejepmyrat
rozymyrat röwşen rüstem saparmyrat sapar saparguly seýit seýitmyrat serdar söhbet suhan sylap şamyrat
şatlyk şöhrat süleýman täçmyrat tirkiş toýly weli welmyrat wepa ýagmyr ýagşymyrat ýazmyrat ýazgeldi ýusup
ýakup ýaşuly ýowşan ýslam ybraýym
abadan akgül akjemal altyn altyngözel amangözel amangül annagül annatäç aýbölek aýgözel aýgül aýjemal aýlar aýna aýnabat
aýsoltan aýsona aýşat bägül bahar bahargül bibi bibigül bossan bossantäç dursun dursungül enejan eneş ejegül gözel
gülbahar gülendam güljan güljemal gülnabat gülnar gülruh gülsenem gülşat gülşirin gurbangözel hatyja humaý jahan jemal
jennet jeren kümüş kümüşgül laçyn läle leýla maral maýa maýsa mähri mährijemal merjen maýagözel näzik nartäç ogulbeg
ogulgerek ogulgözel oguljan oguljemal ogulnabat ogulsona ogulşat orazgül orazgözel oraztäç patma selbi sülgün sona
sonagül sabyrjemal soltanjemal şemşat şirin tawus täzegül tylla tumar uzuk ýazgül ýazbibi zöhre züleýha
aleksandr alexander aleksey alexey alexei anatoly anatoliy andrei andrey andriy anton artem artur boris bohdan dmitri
dmitry dmitriy denis eduard evgeny evgeniy yevgeny fedor fyodor gennady georgy georgiy gleb grigory igor ihor ilya ivan
kirill konstantin leonid maksim maxim mikhail mykola mykhailo nikita nikolai nikolay oleg oleh oleksandr oleksiy pavel
petr pyotr petro roman ruslan semyon sergei sergey serhiy stanislav stepan taras timofey timur vadim valentin valery
valeriy vasily vasiliy vasyl viktor victor vitaly vitaliy vladimir volodymyr vladislav vyacheslav yakov yaroslav yuri
yuriy yury
aleksandra alexandra alina alla anastasia anastasiya angelina anna antonina darya daria diana ekaterina kateryna elena
olena elizaveta galina halyna inna irina iryna karina kristina ksenia larisa lidia lyudmila liudmyla margarita marina
maria mariya mariia nadezhda nadiia natalia natalya nataliya nina oksana olesya olga olha polina raisa snezhana sofia
sofiya svetlana svitlana tamara tatiana tatyana tetiana valentina valeria vera veronika viktoria viktoriya victoria
yelena yulia yuliya yuliia zhanna zinaida zoya
abdulla abdulloh abdurahmon akmal alisher anvar azamat azizbek aziz bahodir baxodir bahrom baxrom bobur botir dilshod
doniyor elyor eldor erkin farrux farrukh farhod farxod feruz hamid xamid hasan xasan husan xusan ikrom ilhom ilxom islom
jahongir jaxongir jamshid jasur javohir kamol laziz mansur mirzo murod muzaffar muhammad mukhammad nodir odil otabek
oybek ravshan rustam sanjar sardor shavkat shaxzod shahzod sherzod shuhrat shuxrat sobir temur tohir toxir ulugbek
umid xurshid khurshid yusuf zafar
barno dilbar dildora dilfuza dilnoza feruza gulchehra gulnora guzal kamila komila lola madina mahliyo maftuna malika
mohira muazzam muborak munira nargiza nigora nilufar nodira nozima oydin ozoda saida sayyora sevara shahnoza shaxnoza
shoira umida yulduz zarina zilola zulfiya
daler firuz faridun ismoil iskandar manuchehr nasim nurullo parviz rahmon saidmurod sulaymon sitora tahmina farzona
fotima parvina nigina manizha
aibek aidar aidos almaz almas asan askar aslan askhat asylbek azat baurzhan bakyt bekzat bekbolot berik bolat bolot
daniyar darkhan daulet yerbol yerbolat yerlan yerzhan erlan erzhan zhandos zhanibek kairat kanat kubanych kuat marat
medet mirlan nurbek nurbolat nurlan nurzhan nursultan nurdaulet olzhas rakhat samat sanat serik talant talgat tilek
ulan ulanbek chingiz temirlan yermek emil ermek
aigerim aigul aizhan aizada ainur aisulu aliya altynai assel asel asem bermet dinara gulmira gulnara gulnaz guljan
gulzat gulzhan jamilya zhamilya zhanar zhazgul zhibek zhuldyz kuralai kymbat laura lyazzat meerim mairam nazgul nazira
nurgul perizat raushan saule saltanat sholpan tolganai elmira elvira aynur aynura aygul aysel
ahmad ahmed ahmet ali amir amina ayşe aysha emine fatma fatima hatice hasan hüseyin hussein ibrahim ismail
khalid leyla leila mahmud mahmoud mehmet mohammad mohammed mohamed muhammed murat mustafa mustafo omar osman yusuf
zeynep elçin elchin eldar farid heydar ilham kamran rashad tural vugar aytan gulnar nigar sevinc sevinj sabina
armen arsen ashot davit david gagik gevorg hayk karen levon narek ruben suren tigran vardan anahit gayane hasmik lusine
mariam narine giorgi irakli levan nodar vakhtang zaza zurab eteri ketevan nana nino nato tamar
john james michael robert william thomas peter daniel martin jose juan carlos luis pedro antonio mary elizabeth
jennifer linda susan patricia margaret catherine katherine carmen rosa grace
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN_NAMES: frozenset[str] = _words(_CYRILLIC) | _words(_LATIN)
"""As written; compared folded. Those that are words as well are in `WORDS_TOO` besides."""

PATRONYMIC_ENDINGS = (
    "ович", "евич", "ьич", "инич", "овна", "евна", "инична", "івна", "ївна",
    "ovich", "evich", "yevich", "ovna", "evna", "yevna", "ivna", "owic", "ewic", "owich", "ewich", "owna", "ewna",
    "owicz", "ewicz",
)  # fmt: skip
"""Endings that alone make a patronymic."""

DESCENT_ENDINGS = (
    "оглы", "оглу", "огли", "уғли", "угли", "кызы", "гызы", "қызы", "қизи", "кизи", "ұлы", "уулу",
    "ogly", "oglu", "ogli", "gyzy", "kyzy", "qizi", "kizi", "qyzy", "uulu",
)  # fmt: skip
"""`son of`, `daughter of`: written together with the father's name, or as a word of its own behind it."""

STRONG_SURNAME_ENDINGS = (
    "ов", "ова", "ев", "ева", "ский", "ская", "цкий", "цкая", "енко", "швили", "зода", "заде",
    "ow", "owa", "ew", "ewa", "ov", "ova", "ev", "eva", "off", "sky", "skiy", "skaya", "enko", "shvili", "zoda",
    "zade", "zada", "dze", "дзе",
)  # fmt: skip
WEAK_SURNAME_ENDINGS = ("ин", "ина", "ян", "янц", "юк", "чук", "in", "ina", "yan", "ian", "yuk", "chuk", "iyev", "ій")
"""Endings that many other words have: a surname only beside a given name or a patronymic."""

NO_SURNAMES: frozenset[str] = _words("""
азов киев львов харьков ростов саратов псков тамбов чернов кириллов серпухов щёлков гусев королёв канев луков балашов
камышин пушкин волгодонской краков берлин дублин харбин кронштадт сахалин пекин тяньцзинь тегеран ереван основ
москва женева орёл казань марьина бескудников шереметьев домодедов внуков мытищин строгин основа новая нова слова
готов здоров суров условия условий условиях нулев нова долина медина мессина медицина машина причина мужчина женщина
половина родина чужбина община година магазин грузин осетин армянин гражданин хозяин один господин термин
бензин карантин район штраф украина аргентина палестина хорватия столица московский московская ленинский ленинградский
центральный городской городская областной областная русский русская английский английская турецкий турецкая
китайский китайская советский советская морской детский детская женский женская мужской мужская российский российская
казахский казахская узбекский узбекская таджикский таджикская киргизский туркменский туркменская украинский украинская
американский американская немецкая немецкий польский польская азиатский азиатская кавказская кавказский бишкекская
ташкентский ташкентская ташкентская алматинская ошская чуйская согдийская ферганская ферганский самаркандская
бухарская хорезмская наманганская андижанская сурхандарьинская кашкадарьинская джизакская сырдарьинская навоийская
волгоградская ростовская саратовская тюменская свердловская новосибирская стамбульская балканская марыйская дашогузская
лебапский лебапская ахалский ахалская балканский хатлонская международный международная неправительственная
kiev kyiv lviv kharkov rostov saratov pskov tambov moscow krakow warsaw glasgow berlin dublin turin harbin tianjin
medina messina catalina carolina argentina china ukraina ukraine palestina geneva genova review interview overview
preview window windows follow below yellow shadow arrow tomorrow know known borrow narrow flow slow show grow allow
nephew crew view screw russian iranian indian armenian georgian ukrainian italian asian african european romanian
brazilian estonian latvian lithuanian egyptian jordanian syrian albanian guardian christian medicine cabin basin
begin again within origin captain main domain certain mountain contain obtain remain retain retrain train
whiskey turkey moldova supernova bratislava jakov novosibirsk
martin latin ordina coordinator female officer casework disney chechen moldovan
""")
"""Places, nationalities and ordinary words that end as surnames do."""

WORDS_TOO: frozenset[str] = _words("""
вера любовь надежда лев марк роман мир баян самал дана ислам салтанат лола бахар майя роза султан сапар байрам
grace rose rosa mark may roman dana altyn bahar gözel kümüş maksat mekan kömek döwran nobat söhbet merjen maral
berdi durdy sapar nazar bossan wepa näzik hemra ýaşuly gurban eziz baba oraz baýram hally islam islom sultan
kamal kamol victoria virginia carolina georgia florence august jordan chad john santa
""")
"""Given names that are ordinary words or places as well: two of them side by side say nothing."""

NO_PATRONYMICS: frozenset[str] = _words("""
виновна условна уголовна верховна церковна любовна кровна духовна безусловна готовна основна словна ровна полновна
невиновна греховна кич кирпич москвич царевна королевна деревна
""")

STREET_WORDS: frozenset[str] = _words("""
им имени улица ул улице улицы проспект проспекте пр площадь пл переулок пер бульвар метро станция аэропорт школа школы
парк музей театр университет институт премия фонд мечеть церковь посёлок село город остров озеро
street avenue square airport station university institute school park museum foundation named köçesi köçe köçede
adyndaky şaýoly etraby etrap şäherçesi şäher oba köchesi көшесі даңғылы көчөсү кӯчаи кўчаси
""")
"""Words beside which a name is that of a place or of a house."""

SIGNED_BY: frozenset[str] = _words("""
исполнитель исп руководитель начальник директор министр заместитель составил составила утверждаю утвердил подпись
подготовил подготовила prepared compiled signed director head minister contact author approved
ýerine ýolbaşçy başlyk ministr müdir taýýarlan taýýarlady орындаушы басшы аткаруучу башчысы ижрочи бошлиқ иҷрокунанда
""")
"""First words of the line under a table that says which official made it."""

NOT_SAID: frozenset[str] = _words("""
неизвестно неизвестна неизвестен скрыто скрыта нет указано удалено изъято данные отсутствует отсутствуют жертвы
потерпевшего потерпевшей лица номаълум жоқ жок белгісіз
unknown withheld removed hidden not none anonymous anonymised redacted known given näbelli ýok gizlin yoq
""")
"""Words that stand where a name would, to say that there is none."""
